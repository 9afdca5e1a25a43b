using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>White space at the end of the text: <c>\s+$</c>.</summary>
internal sealed class TrailingSpaceScanner : Scanner
{
    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start) =>
        CharacterClasses.RunEnd(text, start, CharacterClass.Space) == text.Length ? text.Length : start;

    /// <summary>Looks from the end, so that a long run in the middle of a text is read once.</summary>
    public override int FindMatch(ReadOnlySpan<char> text, int start, out int end)
    {
        var at = text.Length;
        while (at > start && (CharacterClasses.OfUnit(text[at - 1]) & CharacterClass.Space) != CharacterClass.None)
        {
            at--;
        }

        end = text.Length;
        return at;
    }
}
