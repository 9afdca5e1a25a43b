namespace Gyre.Models.Generation;

/// <summary>A token with its log-probability and, when asked for, its most likely alternatives.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Logprob">Natural logarithm of its probability under the model's own distribution (before sampling filters).</param>
/// <param name="Top">The alternatives, most likely first; empty when none were asked for.</param>
public sealed record TokenLogprob(int Id, float Logprob, IReadOnlyList<(int Id, float Logprob)> Top);
