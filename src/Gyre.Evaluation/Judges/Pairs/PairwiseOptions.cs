namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>How pairs are compared.</summary>
public sealed record PairwiseOptions
{
    /// <summary>The stable name of what is asked.</summary>
    public string Name { get; init; } = "better";

    /// <summary>What is asked, in one sentence.</summary>
    public string Question { get; init; } = "Which answer deals better with the question: more correct, more helpful, clearer? Length alone counts for nothing.";

    /// <summary>True to show the row's reference; a row without one has no verdict then.</summary>
    public bool UsesReference { get; init; }

    /// <summary>True when the judge may call a tie.</summary>
    public bool AllowsTie { get; init; } = true;

    /// <summary>True to ask in both orders; a verdict that changes with the order is a tie. False halves the calls, and position bias stays unknown and uncorrected.</summary>
    public bool SwapsPositions { get; init; } = true;
}
