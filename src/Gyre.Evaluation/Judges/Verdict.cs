namespace Gyre.Evaluation.Judges;

/// <summary>One choice of a judge, with its reason.</summary>
/// <param name="Choice">The name of the choice.</param>
/// <param name="Reason">Why, in the judge's words; empty when it gave none.</param>
public sealed record Verdict(string Choice, string Reason);
