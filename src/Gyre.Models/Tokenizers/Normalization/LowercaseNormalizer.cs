namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Lower case by Unicode's simple mapping.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination) =>
        text.ToLowerInvariant(destination.Extend(text, 0));
}
