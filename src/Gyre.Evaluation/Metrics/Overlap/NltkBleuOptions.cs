namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Which of NLTK's BLEU scores is meant.</summary>
public sealed record NltkBleuOptions
{
    /// <summary>What is done about orders without a match.</summary>
    public NltkSmoothing Smoothing { get; init; } = NltkSmoothing.Method0;

    /// <summary>Whether samples together are scored by <c>corpus_bleu</c>, from their counts; else by the mean of <c>sentence_bleu</c>.</summary>
    public bool IsCorpus { get; init; }

    /// <summary>The weight of each order; as many as there are orders.</summary>
    /// <remarks>Units: 1 to 16 numbers from 0 to 1; default four times 0.25.</remarks>
    public IReadOnlyList<double> Weights { get; init; } = [0.25, 0.25, 0.25, 0.25];

    /// <summary>Whether candidates of fewer than four words are scored by as many orders as they have words, where weights are the default ones.</summary>
    public bool AutoReweigh { get; init; }

    /// <summary>The matches of an order that has none, in method 1.</summary>
    public double Epsilon { get; init; } = 0.1;

    /// <summary>How much the expectation counts in method 6.</summary>
    public double Alpha { get; init; } = 5;

    /// <summary>The divisor of method 4.</summary>
    public double K { get; init; } = 5;
}
