namespace Gyre.Models.Encoders;

/// <summary>What a classifier says of a text.</summary>
/// <param name="Scores">Every label, the largest score first; equal scores in the model's order.</param>
/// <param name="Tokens">Tokens read.</param>
/// <param name="IsTruncated">The end of the text was cut off, because it is longer than the model reads.</param>
public sealed record TextLabels(IReadOnlyList<LabelScore> Scores, int Tokens, bool IsTruncated);
