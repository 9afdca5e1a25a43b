namespace Gyre.Training.Curation.Pipeline;

/// <summary>What becomes of records with hidden instructions.</summary>
/// <param name="Drops">True to drop them, false to flag them with the kinds found.</param>
/// <param name="Roles">The roles of the parts that are looked at; empty for all.</param>
/// <param name="Passed">Kinds of findings that do not count.</param>
public sealed record ScreenRecipe(bool Drops, IReadOnlyList<string> Roles, IReadOnlyList<string> Passed);
