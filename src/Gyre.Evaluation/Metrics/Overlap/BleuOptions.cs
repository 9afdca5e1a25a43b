namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Which BLEU is meant.</summary>
public sealed record BleuOptions
{
    /// <summary>How texts become words.</summary>
    public BleuTokenizer Tokenizer { get; init; } = BleuTokenizer.Mteval13a;

    /// <summary>What is done about orders without a match.</summary>
    public BleuSmoothing Smoothing { get; init; } = BleuSmoothing.Exponential;

    /// <summary>The longest n-grams.</summary>
    /// <remarks>Units: 1 to 16 words; default 4.</remarks>
    public int MaxOrder { get; init; } = 4;

    /// <summary>Whether orders longer than the candidate are left out; wanted for scores of single sentences.</summary>
    public bool EffectiveOrder { get; init; }

    /// <summary>Whether texts are compared in lower case.</summary>
    public bool Lowercase { get; init; }
}
