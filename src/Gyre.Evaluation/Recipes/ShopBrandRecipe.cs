namespace Gyre.Evaluation.Recipes;

/// <summary>Requests for product texts that the sample shop's brand guide judges by rules (<see cref="FactKeys.RulePrefix"/>), with texts that keep them; generated, held out from training.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Rows">How many.</param>
public sealed record ShopBrandRecipe(ulong Seed, int Rows) : DatasetRecipe;
