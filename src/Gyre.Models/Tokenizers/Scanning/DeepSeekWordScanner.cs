using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>The last stage of DeepSeek V3's pre-tokenisation, after numbers and East Asian runs are split off.</summary>
/// <remarks>
/// Source: <c>[ASCII punctuation][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </remarks>
internal sealed class DeepSeekWordScanner : Scanner
{
    private const CharacterClass Signs = CharacterClass.Punctuation | CharacterClass.Symbol;
    private const CharacterClass Letters = CharacterClass.Letter | CharacterClass.Mark;

    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start)
    {
        var kind = CharacterClasses.At(text, start, out var width);
        var next = start + width;
        if ((kind & CharacterClass.AsciiPunctuation) != CharacterClass.None)
        {
            var end = CharacterClasses.RunEnd(text, next, CharacterClass.AsciiLetter);
            if (end > next)
            {
                return end;
            }
        }

        if ((kind & (CharacterClass.NewLine | CharacterClass.Letter | Signs)) == CharacterClass.None)
        {
            var end = CharacterClasses.RunEnd(text, next, Letters);
            if (end > next)
            {
                return end;
            }
        }

        if ((kind & Letters) != CharacterClass.None)
        {
            return CharacterClasses.RunEnd(text, next, Letters);
        }

        var body = text[start] == ' ' ? next : start;
        if (body < text.Length && (CharacterClasses.At(text, body, out var bodyWidth) & Signs) != CharacterClass.None)
        {
            var end = CharacterClasses.RunEnd(text, body + bodyWidth, Signs);
            return CharacterClasses.RunEnd(text, end, CharacterClass.NewLine);
        }

        return (kind & CharacterClass.Space) != CharacterClass.None ? SpaceRun.EndAfterLineBreak(text, start) : start;
    }
}
