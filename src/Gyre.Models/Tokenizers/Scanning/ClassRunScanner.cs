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
}
