namespace Gyre.Models.Encoders;

/// <summary>How well a document answers a query.</summary>
/// <param name="Score">A larger one is a better answer.</param>
/// <param name="Tokens">Tokens read.</param>
/// <param name="IsTruncated">The end of a text was cut off, because the pair is longer than the model reads.</param>
public readonly record struct PairScore(float Score, int Tokens, bool IsTruncated);
