namespace Gyre.Evaluation.Recipes;

/// <summary>Every fact of one fixed sample shop, what its notes do not say, and things that it does not have, each asked alone; the notes are passages to look them up in. Generated.</summary>
/// <param name="Seed">The seed of the shop.</param>
/// <param name="Things">Products and stores.</param>
/// <param name="Strangers">Questions about things that the shop does not have.</param>
/// <param name="Wordings">Other wordings of each question, for consistency.</param>
public sealed record ShopFactsRecipe(ulong Seed, int Things, int Strangers, int Wordings) : DatasetRecipe;
