using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Runs;

/// <summary>One line of the result table.</summary>
/// <param name="Task">The task.</param>
/// <param name="Metric">The scorer's name.</param>
/// <param name="Direction">Which end is the good one.</param>
/// <param name="Count">Rows with a defined score.</param>
/// <param name="Undefined">Rows without: undefined scores and failed calls.</param>
/// <param name="Mean">The mean of the defined scores; null when there are none.</param>
/// <param name="Interval">The mean's confidence interval; null when there are no scores.</param>
/// <param name="Threshold">What was demanded; null when nothing was.</param>
/// <param name="Passed">
/// Whether the demand is met; null when nothing was demanded. False when any score is undefined: nothing was shown then.
/// </param>
/// <param name="Reason">The commonest reason for undefined scores; empty when all are defined.</param>
public sealed record MetricResult(
    string Task,
    string Metric,
    ScoreDirection Direction,
    int Count,
    int Undefined,
    double? Mean,
    Interval? Interval,
    double? Threshold,
    bool? Passed,
    string Reason);
