namespace Gyre.Models.Constraints;

/// <summary>Where white space may stand in constrained JSON. It is bounded everywhere, so that no model can write it for ever.</summary>
public enum JsonWhitespace
{
    /// <summary>One space behind a colon, and behind commas and inside brackets one space, or one line end with at most 40 spaces or 10 tabs.</summary>
    Usual,

    /// <summary>None.</summary>
    Compact,
}
