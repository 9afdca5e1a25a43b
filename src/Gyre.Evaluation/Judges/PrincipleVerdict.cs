using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges;

/// <summary>Whether an answer violates a principle.</summary>
/// <param name="Principle">The principle.</param>
/// <param name="IsViolated">The verdict; null when there is none.</param>
/// <param name="Reason">Why, in the judge's words.</param>
/// <param name="Undefined">Why there is no verdict; null when there is one.</param>
public sealed record PrincipleVerdict(Principle Principle, bool? IsViolated, string Reason, Undefined? Undefined);
