using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>A part of a text that has a label.</summary>
/// <param name="Label">The label, without the mark that says where parts begin (<c>B-</c>, <c>I-</c>).</param>
/// <param name="Span">Where it is in the text, in UTF-16 units.</param>
/// <param name="Text">What stands there.</param>
/// <param name="Score">The mean of its tokens' probabilities.</param>
public sealed record TextEntity(string Label, TextSpan Span, string Text, float Score);
