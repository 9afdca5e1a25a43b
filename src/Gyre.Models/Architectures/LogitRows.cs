namespace Gyre.Models.Architectures;

/// <summary>Which of a sequence's new tokens logits are wanted for.</summary>
public enum LogitRows
{
    /// <summary>None: more of the sequence follows.</summary>
    None,

    /// <summary>The last.</summary>
    Last,

    /// <summary>Every one.</summary>
    All,
}
