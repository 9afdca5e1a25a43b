using System.Diagnostics.CodeAnalysis;

namespace Gyre.Evaluation.Metrics;

/// <summary>A metric given by its two steps.</summary>
/// <param name="name">The stable name.</param>
/// <param name="form">What the number means.</param>
/// <param name="width">Statistics of a sample.</param>
/// <param name="statistics">The first step; pure and safe for several threads.</param>
/// <param name="value">The second step; pure and safe for several threads.</param>
internal sealed class SumsMetric<TSample>(string name, MetricForm form, int width, StatisticsOf<TSample> statistics, ValueOfSums value) : IMetric<TSample>
{
    public string Name => name;

    public MetricForm Form => form;

    public int Width => width;

    public bool TryMeasure(TSample sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason)
    {
        var own = destination[..width];
        own.Clear();
        reason = statistics(sample, own);
        return reason is null;
    }

    public MetricValue Combine(ReadOnlySpan<double> sums, long count) => count == 0
        ? MetricValue.Undefined(UndefinedCause.NoSamples, "nothing was measured")
        : value(sums, count);
}
