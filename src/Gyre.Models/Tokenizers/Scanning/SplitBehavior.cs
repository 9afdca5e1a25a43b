namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>What becomes of the matches of a split pattern.</summary>
internal enum SplitBehavior
{
    /// <summary>Matches and the text between them are pieces.</summary>
    Isolated,

    /// <summary>Matches are dropped; the text between them stays.</summary>
    Removed,

    /// <summary>Only matches stay; the text between them is dropped.</summary>
    MatchesOnly,

    /// <summary>A match ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>A match begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Neighbouring matches make one piece.</summary>
    Contiguous,
}
