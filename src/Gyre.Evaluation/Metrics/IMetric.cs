using System.Diagnostics.CodeAnalysis;

namespace Gyre.Evaluation.Metrics;

/// <summary>
/// A measure of samples, as numbers that add up: every sample gives a vector of statistics, and the value of any number of
/// samples is a function of the vectors' sum.
/// </summary>
/// <remarks>
/// A mean has one statistic. BLEU has n-gram matches and lengths, so that its value over a dataset is the corpus score and
/// not a mean of sentence scores. Resampling for intervals and tests adds vectors up and never looks at texts again.
/// <para>Implementations are immutable and safe for several threads.</para>
/// </remarks>
/// <typeparam name="TSample">What is measured: a text with references, a ranking, a list of choices.</typeparam>
public interface IMetric<in TSample>
{
    /// <summary>The stable name that recipes and tables use; it names the variant: <c>bleu-13a-exp</c>.</summary>
    string Name { get; }

    /// <summary>What the number means.</summary>
    MetricForm Form { get; }

    /// <summary>Statistics of a sample, at least 1.</summary>
    int Width { get; }

    /// <summary>Writes a sample's statistics.</summary>
    /// <param name="sample">What is measured.</param>
    /// <param name="destination">Receives <see cref="Width"/> finite numbers; whatever stood there is overwritten.</param>
    /// <param name="reason">Why the sample cannot be measured.</param>
    /// <returns>True when the statistics are written.</returns>
    bool TryMeasure(TSample sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason);

    /// <summary>The value of samples together.</summary>
    /// <param name="sums">The sum of their statistics.</param>
    /// <param name="count">How many samples; 0 gives an undefined value.</param>
    MetricValue Combine(ReadOnlySpan<double> sums, long count);
}
