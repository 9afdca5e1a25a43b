using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>The likeliest label of one token.</summary>
/// <param name="Label">The label as the model names it, for example <c>B-PER</c>.</param>
/// <param name="Span">Where the token is in the text, in UTF-16 units.</param>
/// <param name="Score">The label's probability.</param>
public readonly record struct TokenLabel(string Label, TextSpan Span, float Score);
