using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>The pattern of cl100k, Llama 3 and Qwen 2, which differ in how many digits make a piece.</summary>
/// <remarks>
/// Source: <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>;
/// one digit for Qwen 2. A later spelling of cl100k puts <c>\s++$</c> before <c>\s*[\r\n]</c>.
/// </remarks>
/// <param name="maxDigits">How many digits make a piece at most.</param>
/// <param name="keepsFinalSpace">Leaves white space at the end of the text whole, line breaks included: the later spelling.</param>
internal sealed class Cl100kScanner(int maxDigits, bool keepsFinalSpace = false) : Scanner
{
    private const CharacterClass Word = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space;

    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start)
    {
        var first = text[start];
        if (first == '\'' && Contraction.End(text, start, ignoreCase: true) is var contraction && contraction > start)
        {
            return contraction;
        }

        var kind = CharacterClasses.At(text, start, out var width);
        var next = start + width;
        if ((kind & CharacterClass.Letter) != CharacterClass.None)
        {
            return CharacterClasses.RunEnd(text, next, CharacterClass.Letter);
        }

        if ((kind & CharacterClass.Number) != CharacterClass.None)
        {
            return DigitRun.End(text, start, maxDigits);
        }

        if ((kind & CharacterClass.NewLine) == CharacterClass.None && next < text.Length
            && (CharacterClasses.At(text, next, out var nextWidth) & CharacterClass.Letter) != CharacterClass.None)
        {
            return CharacterClasses.RunEnd(text, next + nextWidth, CharacterClass.Letter);
        }

        var body = first == ' ' ? next : start;
        if (body < text.Length && (CharacterClasses.At(text, body, out var bodyWidth) & Word) == CharacterClass.None)
        {
            var end = CharacterClasses.RunEndOutside(text, body + bodyWidth, Word);
            return CharacterClasses.RunEnd(text, end, CharacterClass.NewLine);
        }

        return keepsFinalSpace ? SpaceRun.EndWholeAtTextEnd(text, start) : SpaceRun.EndAfterLineBreak(text, start);
    }
}
