using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>What two candidates' paired samples say about their difference.</summary>
/// <param name="Pairs">Samples that both have a value for; only these count.</param>
/// <param name="LeftOut">Samples that one of them or both have no value for.</param>
/// <param name="First">The first candidate's value over the pairs.</param>
/// <param name="Second">The second's.</param>
/// <param name="Difference">Second minus first.</param>
/// <param name="Interval">The difference's interval (percentile bootstrap over pairs); null when the difference is undefined.</param>
/// <param name="PValue">How likely a difference at least as large is when the candidates are exchangeable (two-sided permutation test); null when the difference is undefined.</param>
/// <param name="EffectSize">Mean over standard deviation of the pairs' differences (Cohen's d of pairs), for metrics that are means; null for others and when all differences are equal.</param>
public sealed record Comparison(
    int Pairs, int LeftOut, MetricValue First, MetricValue Second, MetricValue Difference, Interval? Interval, double? PValue, double? EffectSize)
{
    /// <summary>True when the difference is significant at a level.</summary>
    /// <param name="alpha">The level, for example 0.05.</param>
    public bool IsSignificant(double alpha) => PValue <= alpha;
}
