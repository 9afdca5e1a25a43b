namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Removes white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        text = left ? text.TrimStart() : text;
        destination.Append(right ? text.TrimEnd() : text);
    }
}
