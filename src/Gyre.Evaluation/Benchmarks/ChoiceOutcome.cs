namespace Gyre.Evaluation.Benchmarks;

/// <summary>What a model says of one of several answers.</summary>
/// <param name="LogLikelihood">Of the answer behind the question; natural logarithm.</param>
/// <param name="Tokens">Tokens of the answer.</param>
/// <param name="Characters">Unicode characters of the answer's text.</param>
/// <param name="Bytes">Bytes of the answer's text in UTF-8.</param>
/// <param name="Unconditional">The log-likelihood without the question; null when it was not asked for.</param>
/// <param name="Tag">What the data call the answer: a letter, a group; may be empty.</param>
/// <param name="IsRight">Whether it is right.</param>
/// <param name="Text">The answer.</param>
public sealed record ChoiceOutcome(double LogLikelihood, int Tokens, int Characters, int Bytes, double? Unconditional, string Tag, bool IsRight, string Text = "");
