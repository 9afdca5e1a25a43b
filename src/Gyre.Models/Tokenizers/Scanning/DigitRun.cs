using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary><c>\p{N}{1,n}</c>.</summary>
internal static class DigitRun
{
    /// <summary>The end of at most <paramref name="maxDigits"/> number characters from <paramref name="start"/> on.</summary>
    [HotPath]
    public static int End(ReadOnlySpan<char> text, int start, int maxDigits)
    {
        var at = start;
        for (var count = 0; count < maxDigits && at < text.Length; count++)
        {
            if ((CharacterClasses.At(text, at, out var width) & CharacterClass.Number) == CharacterClass.None)
            {
                break;
            }

            at += width;
        }

        return at;
    }
}
