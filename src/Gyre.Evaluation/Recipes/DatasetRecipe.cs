namespace Gyre.Evaluation.Recipes;

/// <summary>Where a recipe's rows come from: <see cref="ShopDatasetRecipe"/> or <see cref="FileDatasetRecipe"/>.</summary>
public abstract record DatasetRecipe;
