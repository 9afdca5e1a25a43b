namespace Gyre.Evaluation.Recipes;

/// <summary>Held-out rows of the sample shop's corpus, which is generated.</summary>
/// <param name="Seed">The seed of the rows.</param>
/// <param name="Counts">How many rows of each task.</param>
public sealed record ShopDatasetRecipe(ulong Seed, IReadOnlyDictionary<string, int> Counts) : DatasetRecipe;
