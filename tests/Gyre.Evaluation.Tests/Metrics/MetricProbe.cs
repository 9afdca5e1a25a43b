using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Tests.Metrics;

/// <summary>Short forms for tests of metrics.</summary>
internal static class MetricProbe
{
    /// <summary>The value of one text with references.</summary>
    public static MetricValue Of(this IMetric<TextSample> metric, string candidate, params string[] references) => metric.Of([new TextSample(candidate, references)]);

    /// <summary>The value of samples together.</summary>
    public static MetricValue Of<TSample>(this IMetric<TSample> metric, params IEnumerable<TSample> samples)
    {
        var total = new MetricTotal<TSample>(metric);
        MetricValue last = default;
        var count = 0;
        foreach (var sample in samples)
        {
            last = total.Add(sample);
            count++;
        }

        return count == 1 ? last : total.Value;
    }
}
