using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Reports;

/// <summary>What a candidate of one of two runs reached by a metric: the value of its run's table, and the values of rows where they are its parts.</summary>
internal sealed class JoinedValues
{
    private readonly double[]? _rows;
    private readonly string _reason;

    private JoinedValues(JoinedCandidate candidate, ExperimentCell? cell, double[]? rows, string reason) => (Candidate, Cell, _rows, _reason) = (candidate, cell, rows, reason);

    public JoinedCandidate Candidate { get; }

    /// <summary>Null when the run has no line of this metric for it.</summary>
    public ExperimentCell? Cell { get; }

    public static JoinedValues Of(JoinedCandidate candidate, ExperimentMetric metric)
    {
        var cell = candidate.Result.Cells.FirstOrDefault(known => known.Scorer == metric.Scorer && known.Task == metric.Task && known.Segment.Length == 0 && known.Candidate == candidate.Summary.Name);
        if (cell is null)
        {
            return new JoinedValues(candidate, null, null, "");
        }

        var named = cell with { Candidate = candidate.Name, IsMet = null };
        if (!cell.Value.IsDefined)
        {
            return new JoinedValues(candidate, named, null, cell.Value.Reason.Detail);
        }

        if (candidate.Rows is not { } file)
        {
            return new JoinedValues(candidate, named, null, "the rows of one of the runs are not there");
        }

        var rows = file.Values(candidate.Summary.Name, metric.Scorer);
        var isOfTask = file.OfTask(metric.Task);
        var (sum, count) = (0.0, 0L);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = isOfTask[i] ? rows[i] : double.NaN;
            if (!double.IsNaN(rows[i]))
            {
                sum += rows[i];
                count++;
            }
        }

        // A corpus metric's value is no mean of its rows; then pairs of rows say nothing about its difference.
        var isMean = count > 0 && Math.Abs((sum / count) - cell.Value.Number) <= 1e-9 * Math.Max(1, Math.Abs(cell.Value.Number));
        return isMean ? new JoinedValues(candidate, named, rows, "") : new JoinedValues(candidate, named, null, "its value is no mean of rows, so runs cannot be compared row by row");
    }

    /// <summary>This against another, over the rows where both have a value.</summary>
    public ExperimentComparison Against(JoinedValues before, ExperimentMetric metric, double confidence)
    {
        if (_rows is null || before._rows is null)
        {
            var undefined = MetricValue.Undefined(UndefinedCause.MissingInput, _rows is null ? _reason : before._reason);
            return Of(metric, before, new Comparison(0, 0, undefined, undefined, undefined, null, null, null), null);
        }

        var differences = new List<double>();
        var (first, second, isBinary) = (0.0, 0.0, true);
        var (onlyFirst, onlySecond) = (0L, 0L);
        for (var i = 0; i < _rows.Length; i++)
        {
            var (one, other) = (before._rows[i], _rows[i]);
            if (double.IsNaN(one) || double.IsNaN(other))
            {
                continue;
            }

            differences.Add(other - one);
            (first, second) = (first + one, second + other);
            isBinary &= one is 0 or 1 && other is 0 or 1;
            onlyFirst += one > other ? 1 : 0;
            onlySecond += other > one ? 1 : 0;
        }

        var count = differences.Count;
        if (count < 2)
        {
            var undefined = MetricValue.Undefined(UndefinedCause.NoSamples, "fewer than two rows have a value in both");
            return Of(metric, before, new Comparison(count, _rows.Length - count, undefined, undefined, undefined, null, null, null), null);
        }

        var mean = differences.Average();
        var deviation = Math.Sqrt(differences.Sum(value => (value - mean) * (value - mean)) / (count - 1));
        var reach = Reach(confidence, count - 1) * deviation / Math.Sqrt(count);
        return Of(
            metric,
            before,
            new Comparison(
                count,
                _rows.Length - count,
                MetricValue.Of(first / count),
                MetricValue.Of(second / count),
                MetricValue.Of(mean),
                new Interval(mean - reach, mean + reach, confidence, "paired t"),
                isBinary ? PairedTests.McNemar(onlyFirst, onlySecond) : PairedTests.StudentT(differences),
                deviation > 0 ? mean / deviation : null),
            SampleSizes.MinimumDetectableEffect(count, deviation, 1 - confidence));
    }

    private ExperimentComparison Of(ExperimentMetric metric, JoinedValues before, Comparison comparison, double? least) =>
        new(metric.Scorer, metric.Task, "", Candidate.Name, before.Candidate.Name, comparison, null, least);

    /// <summary>The value of Student's t that a share of its distribution lies within on both sides.</summary>
    private static double Reach(double confidence, double degrees)
    {
        var (low, high) = (0.0, 1.0);
        while (Distributions.StudentTwoSided(high, degrees) > 1 - confidence && high < 1e9)
        {
            high *= 2;
        }

        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Distributions.StudentTwoSided(middle, degrees) > 1 - confidence ? (middle, high) : (low, middle);
        }

        return high;
    }
}
