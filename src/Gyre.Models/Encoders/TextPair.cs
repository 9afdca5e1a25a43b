namespace Gyre.Models.Encoders;

/// <summary>A text, or two that a model reads together.</summary>
/// <param name="First">The text; of two the first: a premise, a query.</param>
/// <param name="Second">The second: a hypothesis, a document; null for one text alone.</param>
public readonly record struct TextPair(string First, string? Second = null);
