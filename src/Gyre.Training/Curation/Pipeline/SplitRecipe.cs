namespace Gyre.Training.Curation.Pipeline;

/// <summary>How records are split.</summary>
/// <param name="Shares">The splits with their shares.</param>
/// <param name="By">Fields whose values together are the group that no split divides; empty for what is asked (the prompt, the first message of the user), or the text.</param>
public sealed record SplitRecipe(IReadOnlyDictionary<string, double> Shares, IReadOnlyList<string> By);
