using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges;

/// <summary>How far a judge of single answers can be trusted.</summary>
/// <param name="Judge">The scorer's name.</param>
/// <param name="LengthCorrelation">Pearson's correlation of the score with the logarithm of the answer's length. Longer answers may be better ones: hold it against that of people.</param>
/// <param name="LengthInterval">Its bootstrap interval; null without a correlation.</param>
/// <param name="People">Agreement with people; null when no column with their verdicts was named.</param>
/// <param name="PeopleLengthCorrelation">The same correlation of people's verdicts; null when no column was named.</param>
public sealed record JudgeAudit(string Judge, MetricValue LengthCorrelation, Interval? LengthInterval, JudgeAgreement? People, MetricValue? PeopleLengthCorrelation);
