using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>Which of several answers is the best.</summary>
/// <param name="Best">The places of the best, from 0: one, or two that could not be told apart; none when there is no verdict.</param>
/// <param name="Forward">The best with the answers shown in their order; null when it was not asked.</param>
/// <param name="Backward">The best with the answers shown in reversed order; null when it was not asked.</param>
/// <param name="Reason">Why, in the judge's words.</param>
/// <param name="Undefined">Why there is no verdict; null when there is one.</param>
public sealed record BestOfVerdict(IReadOnlyList<int> Best, int? Forward, int? Backward, string Reason, Undefined? Undefined);
