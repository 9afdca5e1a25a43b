namespace Gyre.Evaluation.Recipes;

/// <summary>Questions of the sample shop's customers that stand alone, with the shop's notes as passages to look them up in; generated.</summary>
/// <param name="Seed">The seed of notes and questions.</param>
/// <param name="Things">Products and stores that have a note.</param>
/// <param name="Questions">Questions that a note answers.</param>
/// <param name="Unanswerable">Questions that no note answers.</param>
/// <param name="Wordings">Other wordings of each question, for consistency.</param>
public sealed record ShopQuestionsRecipe(ulong Seed, int Things, int Questions, int Unanswerable, int Wordings) : DatasetRecipe;
