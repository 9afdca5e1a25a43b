namespace Gyre.Evaluation.Recipes;

/// <summary>Where a recipe's rows come from: <see cref="ShopDatasetRecipe"/>, <see cref="FileDatasetRecipe"/> or <see cref="RegistryDatasetRecipe"/>.</summary>
public abstract record DatasetRecipe;
