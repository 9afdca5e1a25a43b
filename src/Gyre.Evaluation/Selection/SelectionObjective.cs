namespace Gyre.Evaluation.Selection;

/// <summary>One thing that is wanted of the model, and how much it counts.</summary>
public sealed record SelectionObjective
{
    /// <summary>What tables call it.</summary>
    public required string Name { get; init; }

    /// <summary>How much it counts beside the others; 0 shows it without counting it.</summary>
    public required double Weight { get; init; }

    /// <summary>What it looks at.</summary>
    public SelectionMeasure Measure { get; init; }

    /// <summary>Which evidence; null for the one of calls, or where none is needed.</summary>
    public string? Evidence { get; init; }

    /// <summary>The scorer, the benchmark's metric or the review's criterion; null for a benchmark's headline.</summary>
    public string? Metric { get; init; }

    /// <summary>The task whose rows count; null for all.</summary>
    public string? Task { get; init; }

    /// <summary>The part of the rows, as <c>key=part</c>; empty for all.</summary>
    public string Segment { get; init; } = "";

    /// <summary>The value that is wanted, where neither more nor less is better: the distance from it counts, less is better. Null for none.</summary>
    public double? Target { get; init; }

    /// <summary>The values that count 0 and 1; null for the metric's own range.</summary>
    public (double Worst, double Best)? Scale { get; init; }

    /// <summary>A candidate below is out; null for no demand.</summary>
    public double? AtLeast { get; init; }

    /// <summary>A candidate above is out; null for no demand.</summary>
    public double? AtMost { get; init; }

    /// <summary>Which side of the choice it shows.</summary>
    public SelectionAspect Aspect { get; init; }
}
