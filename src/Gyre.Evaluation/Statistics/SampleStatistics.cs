using System.Runtime.InteropServices;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>A metric's statistics of every sample of one candidate, in the order of the samples; what resampling works on.</summary>
/// <remarks>
/// <para>Owns: <see cref="IMetric{TSample}.Width"/> · 8 + 1 bytes a sample. One thread adds; afterwards safe for several.</para>
/// </remarks>
public sealed class SampleStatistics
{
    private readonly List<double> _values;
    private readonly List<bool> _isDefined;

    /// <summary>An empty table.</summary>
    /// <param name="width">Statistics of a sample.</param>
    /// <param name="capacity">Samples that are expected; more may come.</param>
    public SampleStatistics(int width, int capacity = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Width = width;
        (_values, _isDefined) = (new List<double>((int)Math.Min((long)capacity * width, Array.MaxLength)), new List<bool>(capacity));
    }

    /// <summary>Statistics of a sample.</summary>
    public int Width { get; }

    /// <summary>Samples, those without a value included.</summary>
    public int Count => _isDefined.Count;

    /// <summary>Adds a sample's statistics.</summary>
    public void Add(ReadOnlySpan<double> statistics)
    {
        if (statistics.Length != Width)
        {
            throw new ArgumentException($"Add a sample: found {statistics.Length} statistics; expected {Width}.", nameof(statistics));
        }

        _values.AddRange(statistics);
        _isDefined.Add(true);
    }

    /// <summary>Adds a sample that has no value.</summary>
    public void AddUndefined()
    {
        CollectionsMarshal.SetCount(_values, _values.Count + Width);
        CollectionsMarshal.AsSpan(_values)[^Width..].Clear();
        _isDefined.Add(false);
    }

    /// <summary>Measures a sample and adds what comes of it; returns its own value.</summary>
    public MetricValue Add<TSample>(IMetric<TSample> metric, TSample sample)
    {
        ArgumentNullException.ThrowIfNull(metric);
        Span<double> statistics = Width <= 64 ? stackalloc double[Width] : new double[Width];
        if (metric.TryMeasure(sample, statistics, out var reason))
        {
            Add(statistics);
            return metric.Combine(statistics, 1);
        }

        AddUndefined();
        return MetricValue.Undefined(reason);
    }

    /// <summary>True when the sample has a value.</summary>
    public bool IsDefined(int sample) => _isDefined[sample];

    /// <summary>A sample's statistics; zeros when it has no value.</summary>
    public ReadOnlySpan<double> this[int sample] => CollectionsMarshal.AsSpan(_values).Slice(sample * Width, Width);
}
