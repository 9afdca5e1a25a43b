namespace Gyre.Registry.Ratings;

/// <summary>One output of an item, with where it comes from.</summary>
/// <param name="Candidate">Who wrote it; raters never see this.</param>
/// <param name="Text">The output.</param>
/// <param name="Trace">The trace of the request that made it; empty when none is known.</param>
public sealed record RatingOutput(string Candidate, string Text, string Trace = "");
