using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>Runs of characters of some classes, optionally after one white-space character: <c>\s?\p{L}+</c>, <c>\p{N}{1,3}</c>.</summary>
internal sealed class ClassRunScanner(CharacterClass wanted, bool withLeadingSpace = false, int maxLength = int.MaxValue) : Scanner
{
    [HotPath]
    public override int MatchEnd(ReadOnlySpan<char> text, int start)
    {
        var body = start;
        if (withLeadingSpace && (CharacterClasses.OfUnit(text[start]) & CharacterClass.Space) != CharacterClass.None)
        {
            body++;
        }

        if (maxLength == int.MaxValue)
        {
            var end = CharacterClasses.RunEnd(text, body, wanted);
            return end > body ? end : start;
        }

        var at = body;
        for (var count = 0; count < maxLength && at < text.Length; count++)
        {
            if ((CharacterClasses.At(text, at, out var width) & wanted) == CharacterClass.None)
            {
                break;
            }

            at += width;
        }

        return at > body ? at : start;
    }

    [HotPath]
    public override int FindMatch(ReadOnlySpan<char> text, int start, out int end)
    {
        if (withLeadingSpace)
        {
            return base.FindMatch(text, start, out end);
        }

        var found = CharacterClasses.RunEndOutside(text, start, wanted);
        end = found < text.Length ? MatchEnd(text, found) : found;
        return found;
    }
}
