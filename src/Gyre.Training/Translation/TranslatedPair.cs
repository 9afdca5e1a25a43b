namespace Gyre.Training.Translation;

/// <summary>A test pair as the model translated it; a line of <c>translations.jsonl</c>.</summary>
/// <param name="Source">What was read.</param>
/// <param name="Reference">The translation that was given.</param>
/// <param name="Greedy">What the likeliest tokens one by one make.</param>
/// <param name="Beam">What the search with beams found; null when there was none.</param>
internal sealed record TranslatedPair(string Source, string Reference, string Greedy, string? Beam);
