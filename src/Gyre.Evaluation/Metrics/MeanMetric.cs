using System.Diagnostics.CodeAnalysis;

namespace Gyre.Evaluation.Metrics;

/// <summary>A metric whose value over samples is the mean of the samples' values.</summary>
/// <param name="name">The stable name.</param>
/// <param name="form">What the number means.</param>
/// <param name="value">The value of one sample; pure and safe for several threads.</param>
internal sealed class MeanMetric<TSample>(string name, MetricForm form, Func<TSample, MetricValue> value) : IMetric<TSample>
{
    public string Name => name;

    public MetricForm Form => form;

    public int Width => 1;

    public bool TryMeasure(TSample sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason)
    {
        var found = value(sample);
        reason = found.Reason;
        if (reason is not null)
        {
            return false;
        }

        destination[0] = found.Number;
        return true;
    }

    public MetricValue Combine(ReadOnlySpan<double> sums, long count) => count == 0
        ? MetricValue.Undefined(UndefinedCause.NoSamples, "nothing was measured")
        : MetricValue.Of(sums[0] / count);
}
