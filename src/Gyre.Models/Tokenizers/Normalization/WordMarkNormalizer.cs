using Gyre.Models.Tokenizers.Scanning;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Takes white space out and writes U+2581 before every word that does not begin with one: cutting at white space, then marking each piece.</summary>
internal sealed class WordMarkNormalizer : Normalizer
{
    [HotPath]
    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            while (start < text.Length && IsSpace(text, start))
            {
                start++; // White space is in the first plane: one unit each.
            }

            at = start;
            while (at < text.Length && !IsSpace(text, at))
            {
                at += CharacterClasses.Width(text, at);
            }

            if (at == start)
            {
                return;
            }

            if (text[start] != SpaceNormalizer.Space)
            {
                destination.From(start, start);
                destination.Append(SpaceNormalizer.Space);
            }

            destination.Copy(text[start..at], start);
        }
    }

    private static bool IsSpace(ReadOnlySpan<char> text, int at) => (CharacterClasses.At(text, at, out _) & CharacterClass.Space) != CharacterClass.None;
}
