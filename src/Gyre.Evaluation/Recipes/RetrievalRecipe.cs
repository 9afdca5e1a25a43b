namespace Gyre.Evaluation.Recipes;

/// <summary>What a candidate looks up before it answers.</summary>
/// <param name="Passages">A file or folder of passages; null for those that come with the dataset.</param>
/// <param name="Top">How many passages are shown, the best first.</param>
/// <param name="Template">How passages and question become a message; null for the usual way.</param>
public sealed record RetrievalRecipe(string? Passages, int Top, string? Template);
