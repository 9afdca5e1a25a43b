namespace Gyre.Evaluation.Selection;

/// <summary>What a person said of a candidate.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="By">Who said it.</param>
/// <param name="Criterion">What was rated; empty for a note alone.</param>
/// <param name="Rating">The rating; null for a note alone.</param>
/// <param name="Text">The note; may be empty.</param>
public sealed record ReviewNote(string Candidate, string By, string Criterion, double? Rating, string Text);
