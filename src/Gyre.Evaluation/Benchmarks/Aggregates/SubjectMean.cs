using System.Diagnostics.CodeAnalysis;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks.Aggregates;

/// <summary>The mean of a metric's values of each subject, every subject counting the same.</summary>
/// <param name="metric">The metric.</param>
/// <param name="subjects">The subjects, sorted.</param>
internal sealed class SubjectMean(IMetric<BenchmarkOutcome> metric, string[] subjects) : IMetric<BenchmarkOutcome>
{
    private readonly int _part = metric.Width + 1;

    public string Name => metric.Name;

    public MetricForm Form => metric.Form;

    public int Width => Math.Max(1, subjects.Length) * _part;

    public bool TryMeasure(BenchmarkOutcome sample, Span<double> destination, [NotNullWhen(false)] out Undefined? reason)
    {
        var own = destination[..Width];
        own.Clear();
        var place = Array.BinarySearch(subjects, sample.Subject, StringComparer.Ordinal);
        if (place < 0)
        {
            reason = new Undefined(UndefinedCause.MissingInput, $"the subject '{sample.Subject}' is none of the run");
            return false;
        }

        var part = own.Slice(place * _part, _part);
        if (!metric.TryMeasure(sample, part, out reason))
        {
            own.Clear();
            return false;
        }

        part[^1] = 1;
        return true;
    }

    public MetricValue Combine(ReadOnlySpan<double> sums, long count)
    {
        var (sum, found) = (0.0, 0);
        for (var subject = 0; subject < subjects.Length; subject++)
        {
            var part = sums.Slice(subject * _part, _part);
            if (part[^1] == 0)
            {
                continue;
            }

            var value = metric.Combine(part[..^1], (long)part[^1]);
            if (!value.IsDefined)
            {
                return value;
            }

            sum += value.Number;
            found++;
        }

        return MetricValue.Ratio(sum, found, "no subject has a value");
    }
}
