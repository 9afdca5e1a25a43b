using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Trajectories;

namespace Gyre.Evaluation.Scorers;

/// <summary>What an agent did, which the output holds as JSON, against the calls that the reference holds.</summary>
/// <remarks>An output that cannot be read has no score, and the reason says why. See <see cref="TrajectoryJson"/> for the form.</remarks>
public sealed class TrajectoryScorer : IScorer
{
    private static readonly (string Name, Func<ArgumentComparison, IMetric<TrajectorySample>> Make)[] Known =
    [
        ("required", TrajectoryMetrics.Required), ("precision", TrajectoryMetrics.Precision), ("exact", TrajectoryMetrics.Exact), ("in-order", TrajectoryMetrics.InOrder),
        ("any-order", TrajectoryMetrics.AnyOrder), ("order", TrajectoryMetrics.Order), ("call-accuracy", TrajectoryMetrics.CallAccuracy), ("call-f1", TrajectoryMetrics.CallF1),
        ("arguments", TrajectoryMetrics.Arguments), ("forbidden-absent", _ => TrajectoryMetrics.ForbiddenAbsent), ("goal-reached", _ => TrajectoryMetrics.GoalReached),
        ("steps-to-goal", _ => TrajectoryMetrics.StepsToGoal), ("cost-to-goal", _ => TrajectoryMetrics.CostToGoal),
    ];

    private readonly IMetric<TrajectorySample> _metric;
    private readonly HashSet<string> _forbidden;

    /// <summary>Takes a measure.</summary>
    /// <param name="measure">One of <see cref="Measures"/>.</param>
    /// <param name="arguments">When the arguments of two calls are equal.</param>
    /// <param name="forbidden">Tools that must not be called.</param>
    public TrajectoryScorer(string measure, ArgumentComparison arguments, IEnumerable<string> forbidden)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(forbidden);
        var make = Array.Find(Known, known => known.Name == measure).Make
            ?? throw new ArgumentException($"Make a scorer of trajectories: found the measure '{measure}'; expected one of {string.Join(", ", Measures)}.", nameof(measure));
        (_metric, _forbidden) = (make(arguments), new HashSet<string>(forbidden, StringComparer.Ordinal));
        Name = $"trajectory-{measure}";
    }

    /// <summary>The measures' names.</summary>
    public static IReadOnlyList<string> Measures { get; } = [.. Known.Select(known => known.Name)];

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form => _metric.Form;

    /// <inheritdoc/>
    public int Width => _metric.Width;

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!TrajectoryJson.TryRead(output, out var made, out var fault))
        {
            return new(Score.Undefined(UndefinedCause.UnreadableReply, $"the output cannot be read: {fault}"));
        }

        TrajectorySample? wanted = null;
        if (row.Reference.Length > 0 && !TrajectoryJson.TryRead(row.Reference, out wanted, out fault))
        {
            return new(Score.Undefined(UndefinedCause.NoReference, $"the reference cannot be read: {fault}"));
        }

        var statistics = new double[_metric.Width];
        var sample = made! with { Wanted = wanted?.Made ?? [], Forbidden = _forbidden }; // It was read.
        return new(_metric.TryMeasure(sample, statistics, out var reason) ? Score.OfStatistics(_metric.Combine(statistics, 1), statistics) : Score.Undefined(reason.Cause, reason.Detail));
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count) => _metric.Combine(sums, count);
}
