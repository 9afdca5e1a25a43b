using Gyre.Evaluation.Statistics;

namespace Gyre.Training.Compression.Measurement;

/// <summary>What a held-out text costs a model and what became of it, in nats a token. Lower is better.</summary>
/// <param name="Windows">Windows of the text; the resampling draws these.</param>
/// <param name="Tokens">Tokens predicted in them.</param>
/// <param name="Before">The first model's mean.</param>
/// <param name="BeforeInterval">Its 95 % interval over windows.</param>
/// <param name="After">The second's.</param>
/// <param name="AfterInterval">Its interval.</param>
/// <param name="Difference">After less before.</param>
/// <param name="DifferenceInterval">The 95 % interval of the difference over pairs of windows.</param>
/// <param name="PValue">How likely a difference at least as large is when the two are exchangeable.</param>
public sealed record QualityComparison(
    int Windows, long Tokens, double Before, Interval? BeforeInterval, double After, Interval? AfterInterval, double Difference, Interval? DifferenceInterval, double? PValue)
{
    private const int Resamples = 2_000;

    /// <summary>e to the first mean.</summary>
    public double PerplexityBefore => Math.Exp(Before);

    /// <summary>e to the second mean.</summary>
    public double PerplexityAfter => Math.Exp(After);

    /// <summary>Compares two tables of the same windows.</summary>
    internal static QualityComparison Of(SampleStatistics before, SampleStatistics after, ulong seed, CancellationToken cancellationToken)
    {
        var options = new ComparisonOptions { Seed = seed, Resamples = Resamples };
        var comparison = PairedComparison.Compare(before, after, TextLosses.Mean, options, cancellationToken);
        var first = SampleInterval.Of(before, TextLosses.Mean, options, cancellationToken);
        var second = SampleInterval.Of(after, TextLosses.Mean, options, cancellationToken);
        var tokens = 0.0;
        for (var i = 0; i < before.Count; i++)
        {
            tokens += before[i][1];
        }

        return new QualityComparison(
            comparison.Pairs, (long)tokens, first.Value.Number, first.Interval, second.Value.Number, second.Interval, comparison.Difference.Number, comparison.Interval, comparison.PValue);
    }
}
