namespace Gyre.Evaluation.Experiments;

/// <summary>A candidate that may not be chosen.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Reason">The demand that it misses.</param>
public sealed record ChoiceExclusion(string Candidate, string Reason);
