using Gyre.Evaluation.Datasets;

namespace Gyre.Evaluation.Recipes;

/// <summary>The rows of a file.</summary>
/// <param name="Path">The file; relative to the folder in which the command runs.</param>
/// <param name="Columns">Which columns make a row.</param>
/// <param name="Examples">A file of the same columns with rows that are not measured on, for worked examples; null for none.</param>
public sealed record FileDatasetRecipe(string Path, DatasetColumns Columns, string? Examples) : DatasetRecipe;
