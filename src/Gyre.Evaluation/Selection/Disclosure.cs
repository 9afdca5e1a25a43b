namespace Gyre.Evaluation.Selection;

/// <summary>How much of a thing is published.</summary>
public enum Disclosure
{
    /// <summary>All of it.</summary>
    Open,

    /// <summary>A part, or a description.</summary>
    Partial,

    /// <summary>Nothing.</summary>
    None,
}
