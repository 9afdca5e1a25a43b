using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Experiments;

/// <summary>What one candidate reached by one scorer in one part of the rows.</summary>
/// <param name="Scorer">The scorer's name.</param>
/// <param name="Task">The task whose rows count; null for all.</param>
/// <param name="Segment">The part, as <c>key=part</c>; empty for all rows.</param>
/// <param name="Candidate">The candidate.</param>
/// <param name="Count">Answers with a value.</param>
/// <param name="Undefined">Answers without: undefined scores, failed calls, scorers that threw.</param>
/// <param name="Value">The value.</param>
/// <param name="Interval">The value's interval; null when there is no value.</param>
/// <param name="Reason">The commonest reason for answers without a value; empty when there are none.</param>
/// <param name="IsMet">Whether the demanded threshold is met, for the table of all rows; null when nothing is demanded. False when any value is missing: nothing was shown then.</param>
public sealed record ExperimentCell(
    string Scorer, string? Task, string Segment, string Candidate, long Count, long Undefined, MetricValue Value, Interval? Interval, string Reason, bool? IsMet);
