using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>An answer that stands in a text.</summary>
/// <param name="Text">The answer.</param>
/// <param name="Span">Where it stands, in UTF-16 units.</param>
/// <param name="Score">The probability that it begins there times the probability that it ends there, in the best of the windows that hold it.</param>
public sealed record TextAnswer(string Text, TextSpan Span, float Score);
