using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>The patterns of o200k (GPT-4o) and Tekken (Mistral), which break words where lower case turns to upper case.</summary>
/// <remarks>
/// Source: <c>[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+</c>, then the same with <c>+</c> and
/// <c>*</c> exchanged, each followed by an optional contraction in o200k;
/// <c>\p{N}{1,3}</c> (o200k) or <c>\p{N}</c> (Tekken); <c> ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </remarks>
internal sealed class CasedWordScanner(int maxDigits, bool withContractions) : Scanner
{
    private const CharacterClass Word = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Space;
    private const CharacterClass Head = CharacterClass.Upper | CharacterClass.Uncased | CharacterClass.Mark;
    private const CharacterClass Tail = CharacterClass.Lower | CharacterClass.Uncased | CharacterClass.Mark;

    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start)
    {
        var kind = CharacterClasses.At(text, start, out var width);
        var canLead = (kind & (CharacterClass.NewLine | CharacterClass.Letter | CharacterClass.Number)) == CharacterClass.None;
        var end = WordEnd(text, start, canLead ? start + width : start);
        if (end > start)
        {
            return withContractions ? Contraction.End(text, end, ignoreCase: true) : end;
        }

        if ((kind & CharacterClass.Number) != CharacterClass.None)
        {
            return DigitRun.End(text, start, maxDigits);
        }

        var body = text[start] == ' ' ? start + 1 : start;
        if (body < text.Length && (CharacterClasses.At(text, body, out var bodyWidth) & Word) == CharacterClass.None)
        {
            var at = CharacterClasses.RunEndOutside(text, body + bodyWidth, Word);
            while (at < text.Length && text[at] is '\r' or '\n' or '/')
            {
                at++;
            }

            return at;
        }

        return SpaceRun.EndAfterLineBreak(text, start);
    }

    /// <summary>Both word forms, each first after the leading character, then without one.</summary>
    private static int WordEnd(ReadOnlySpan<char> text, int start, int afterLead)
    {
        var end = LowerEnding(text, afterLead);
        if (end == afterLead)
        {
            end = LowerEnding(text, start);
            if (end == start)
            {
                end = UpperBeginning(text, afterLead);
                if (end == afterLead)
                {
                    end = UpperBeginning(text, start);
                }
            }
        }

        return end;
    }

    /// <summary><c>Head*Tail+</c> from a position, or the position when it does not match.</summary>
    private static int LowerEnding(ReadOnlySpan<char> text, int start)
    {
        var headEnd = CharacterClasses.RunEnd(text, start, Head);
        var end = CharacterClasses.RunEnd(text, headEnd, Tail);
        if (end > headEnd)
        {
            return end;
        }

        // Give characters of the head back until the last one given back can stand in the tail.
        for (var at = headEnd; at > start;)
        {
            var before = at - (at - 2 >= start && char.IsSurrogatePair(text[at - 2], text[at - 1]) ? 2 : 1);
            if ((CharacterClasses.At(text, before, out _) & Tail) != CharacterClass.None)
            {
                return at;
            }

            at = before;
        }

        return start;
    }

    /// <summary><c>Head+Tail*</c> from a position, or the position when it does not match.</summary>
    private static int UpperBeginning(ReadOnlySpan<char> text, int start)
    {
        var headEnd = CharacterClasses.RunEnd(text, start, Head);
        return headEnd == start ? start : CharacterClasses.RunEnd(text, headEnd, Tail);
    }
}
