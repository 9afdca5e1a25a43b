namespace Gyre.Training.Curation.Deduplication;

/// <summary>Which record of several that are alike stays.</summary>
public enum KeepRule
{
    /// <summary>The one that was read first.</summary>
    First,

    /// <summary>The one with the longest text; the first of equals.</summary>
    Longest,

    /// <summary>The one with the highest number in a field; the first of equals. Records without a number come last.</summary>
    Best,
}
