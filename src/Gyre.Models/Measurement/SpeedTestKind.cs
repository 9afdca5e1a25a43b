namespace Gyre.Models.Measurement;

/// <summary>Which half of a request is measured.</summary>
public enum SpeedTestKind
{
    /// <summary>Reading a prompt.</summary>
    Prompt,

    /// <summary>Generating token after token, from a nearly empty context.</summary>
    Generation,
}
