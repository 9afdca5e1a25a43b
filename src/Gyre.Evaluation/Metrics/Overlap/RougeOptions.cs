namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Which ROUGE is meant.</summary>
public sealed record RougeOptions
{
    /// <summary>What is counted.</summary>
    public RougeMeasure Measure { get; init; } = RougeMeasure.NGrams;

    /// <summary>The length of n-grams, where they are counted.</summary>
    /// <remarks>Units: 1 to 9 words; default 1.</remarks>
    public int Order { get; init; } = 1;

    /// <summary>What are words.</summary>
    public RougeWords Words { get; init; } = RougeWords.RougeScore;

    /// <summary>Whether words of more than three characters are compared by their stems; for <see cref="RougeWords.RougeScore"/> alone.</summary>
    public bool Stems { get; init; }

    /// <summary>Which number the metric gives.</summary>
    public RougePart Part { get; init; } = RougePart.F;
}
