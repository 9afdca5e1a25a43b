namespace Gyre.Evaluation.Metrics;

/// <summary>Adds up a metric over samples, in memory that does not grow with them.</summary>
/// <remarks>One thread at a time; totals of parts are joined by <see cref="Add(MetricTotal{TSample})"/>.</remarks>
/// <typeparam name="TSample">What is measured.</typeparam>
public sealed class MetricTotal<TSample>
{
    private readonly IMetric<TSample> _metric;
    private readonly double[] _sums;
    private readonly double[] _sample;
    private readonly SortedDictionary<UndefinedCause, long> _undefined = [];

    /// <summary>An empty total.</summary>
    public MetricTotal(IMetric<TSample> metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        (_metric, _sums, _sample) = (metric, new double[metric.Width], new double[metric.Width]);
    }

    /// <summary>Samples that have a value.</summary>
    public long Count { get; private set; }

    /// <summary>Samples without a value, by the kind of reason.</summary>
    public IReadOnlyDictionary<UndefinedCause, long> UndefinedCounts => _undefined;

    /// <summary>The value of all samples that have one.</summary>
    public MetricValue Value => Count == 0
        ? MetricValue.Undefined(UndefinedCause.NoSamples, _undefined.Count == 0 ? "nothing was measured" : "no sample has a value")
        : _metric.Combine(_sums, Count);

    /// <summary>Measures a sample, adds it and returns its own value.</summary>
    public MetricValue Add(TSample sample)
    {
        if (!_metric.TryMeasure(sample, _sample, out var reason))
        {
            _undefined[reason.Cause] = _undefined.GetValueOrDefault(reason.Cause) + 1;
            return MetricValue.Undefined(reason);
        }

        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] += _sample[i];
        }

        Count++;
        return _metric.Combine(_sample, 1);
    }

    /// <summary>Adds what another total of the same metric has.</summary>
    public void Add(MetricTotal<TSample> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._metric.Name != _metric.Name || other._sums.Length != _sums.Length)
        {
            throw new ArgumentException($"Join totals: found one of '{other._metric.Name}'; expected '{_metric.Name}'.", nameof(other));
        }

        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] += other._sums[i];
        }

        Count += other.Count;
        foreach (var (cause, count) in other._undefined)
        {
            _undefined[cause] = _undefined.GetValueOrDefault(cause) + count;
        }
    }
}
