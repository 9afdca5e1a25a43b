using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>CLIP's pattern: contractions, words, single digits, other characters; white space belongs to no piece.</summary>
/// <remarks>Source: <c>'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>, whatever the case.</remarks>
internal sealed class ClipScanner : Scanner
{
    /// <summary>The pattern as tokenizer.json spells it.</summary>
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

    private const CharacterClass Word = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space;

    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && Contraction.End(text, start, ignoreCase: true) is var end && end > start)
        {
            return end;
        }

        return (CharacterClasses.At(text, start, out var width) & Word) switch
        {
            CharacterClass.Letter => CharacterClasses.RunEnd(text, start + width, CharacterClass.Letter),
            CharacterClass.Number => start + width,
            CharacterClass.None => CharacterClasses.RunEndOutside(text, start + width, Word),
            _ => start,
        };
    }
}
