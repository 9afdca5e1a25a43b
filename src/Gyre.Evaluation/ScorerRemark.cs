using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation;

/// <summary>Something that is known of a scorer after a run, to be read beside its values: how far a judge agrees with people, how it leans.</summary>
/// <param name="Scorer">The scorer's name.</param>
/// <param name="Name">What was measured, in a few words.</param>
/// <param name="Value">The number, or why there is none.</param>
/// <param name="Interval">Its interval; null without one.</param>
/// <param name="Detail">What the number is of, in a sentence.</param>
public sealed record ScorerRemark(string Scorer, string Name, MetricValue Value, Interval? Interval, string Detail);
