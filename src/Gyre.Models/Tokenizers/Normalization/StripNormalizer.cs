namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Removes white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        var start = left ? text.Length - text.TrimStart().Length : 0;
        text = text[start..];
        destination.Copy(right ? text.TrimEnd() : text, start);
    }
}
