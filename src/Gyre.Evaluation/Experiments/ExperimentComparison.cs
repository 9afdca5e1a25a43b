using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Experiments;

/// <summary>A candidate against the baseline by one scorer in one part of the rows.</summary>
/// <param name="Scorer">The scorer's name.</param>
/// <param name="Task">The task whose rows count; null for all.</param>
/// <param name="Segment">The part, as <c>key=part</c>; empty for all rows.</param>
/// <param name="Candidate">The candidate; the difference is candidate minus baseline.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="Comparison">Difference, interval, p-value.</param>
/// <param name="AdjustedPValue">The p-value after Holm's correction over all comparisons of the same part of the rows; null without one.</param>
/// <param name="MinimumDetectableEffect">The least true difference that so many pairs show in 80 of 100 cases at the level of the interval; null for metrics that are no means.</param>
public sealed record ExperimentComparison(
    string Scorer, string? Task, string Segment, string Candidate, string Baseline, Comparison Comparison, double? AdjustedPValue, double? MinimumDetectableEffect);
