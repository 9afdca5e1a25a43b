using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>A masked place of a text.</summary>
/// <param name="Span">Where the mask token is in the text, in UTF-16 units.</param>
/// <param name="Words">What may stand there, the likeliest first; of equal ones the smaller id.</param>
public sealed record MaskedPlace(TextSpan Span, IReadOnlyList<MaskedWord> Words);
