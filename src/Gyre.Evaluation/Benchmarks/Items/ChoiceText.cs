namespace Gyre.Evaluation.Benchmarks.Items;

/// <summary>One answer of several.</summary>
/// <param name="Text">The answer.</param>
/// <param name="Tag">What the data call it: a letter, a group; may be empty.</param>
/// <param name="IsRight">Whether it is right.</param>
internal sealed record ChoiceText(string Text, string Tag, bool IsRight);
