using System.Globalization;
using System.Text;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>BERT's clean-up: control characters go, white space becomes spaces, ideographs stand alone, then accents and case.</summary>
/// <param name="cleansText">Drops control characters and U+FFFD, and writes every white space as a space.</param>
/// <param name="partsIdeographs">Puts spaces round CJK ideographs.</param>
/// <param name="stripsAccents">Drops the marks of decomposed characters.</param>
/// <param name="lowersCase">Writes lower case.</param>
/// <remarks>Source: the BasicTokenizer of google-research/bert, in the order of the Hugging Face <c>tokenizers</c> library.</remarks>
internal sealed class BertNormalizer(bool cleansText, bool partsIdeographs, bool stripsAccents, bool lowersCase) : Normalizer
{
    private static readonly UnicodeNormalizer Decomposition = new("NFD");

    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        var begin = destination.Length;
        Clean(text, destination);
        var cleaned = destination.Written[begin..];
        if (stripsAccents && cleaned.ContainsAnyExceptInRange('\0', '\u007F'))
        {
            var decomposed = new CharBuffer();
            Decomposition.Apply(cleaned, isFirst, decomposed);
            destination.Truncate(begin);
            DropMarks(decomposed.Written, destination);
        }

        if (lowersCase)
        {
            var written = destination.Written[begin..];
            written.ToString().AsSpan().ToLowerInvariant(written);
        }
    }

    private void Clean(ReadOnlySpan<char> text, CharBuffer destination)
    {
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf16(text, out var rune, out var width);
            var character = text[..width];
            text = text[width..];
            if (cleansText && (rune.Value is 0 or 0xFFFD || IsControl(rune)))
            {
                continue;
            }

            if (cleansText && (rune.Value is '\t' or '\n' or '\r' || (CharacterClasses.At(character, 0, out _) & CharacterClass.Space) != CharacterClass.None))
            {
                destination.Append(' ');
            }
            else if (partsIdeographs && IsIdeograph(rune.Value))
            {
                destination.Append(' ');
                destination.Append(character);
                destination.Append(' ');
            }
            else
            {
                destination.Append(character);
            }
        }
    }

    private static void DropMarks(ReadOnlySpan<char> text, CharBuffer destination)
    {
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf16(text, out var rune, out var width);
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                destination.Append(text[..width]);
            }

            text = text[width..];
        }
    }

    private static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r')
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;

    private static bool IsIdeograph(int value) => value is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
