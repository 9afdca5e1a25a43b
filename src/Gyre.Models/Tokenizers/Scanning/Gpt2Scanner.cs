using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>GPT-2's pattern: contractions, words, numbers and other characters with one leading space, white space.</summary>
/// <remarks>Source: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.</remarks>
internal sealed class Gpt2Scanner : Scanner
{
    private const CharacterClass Word = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space;

    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start)
    {
        var first = text[start];
        if (first == '\'' && Contraction.End(text, start, ignoreCase: false) is var end && end > start)
        {
            return end;
        }

        var body = first == ' ' && start + 1 < text.Length ? start + 1 : start;
        var kind = CharacterClasses.At(text, body, out var width) & Word;
        return kind switch
        {
            CharacterClass.Letter => CharacterClasses.RunEnd(text, body + width, CharacterClass.Letter),
            CharacterClass.Number => CharacterClasses.RunEnd(text, body + width, CharacterClass.Number),
            CharacterClass.None => CharacterClasses.RunEndOutside(text, body + width, Word),
            _ => SpaceRun.End(text, start),
        };
    }
}
