namespace Gyre.Evaluation.Recipes;

/// <summary>The rows of a version in the registry of datasets.</summary>
/// <param name="Reference">The version: <c>name@3</c>, <c>name@gold</c>, <c>name</c> for the newest.</param>
/// <param name="Examples">A version with rows that are not measured on, for worked examples; null for none.</param>
public sealed record RegistryDatasetRecipe(string Reference, string? Examples) : DatasetRecipe;
