using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>English contractions after an apostrophe: <c>'s 't 're 've 'm 'll 'd</c>.</summary>
internal static class Contraction
{
    /// <summary>The end of a contraction whose apostrophe is at <paramref name="start"/>, or <paramref name="start"/>.</summary>
    [HotPath]
    public static int End(ReadOnlySpan<char> text, int start, bool ignoreCase)
    {
        if (start >= text.Length || text[start] != '\'' || start + 1 >= text.Length)
        {
            return start;
        }

        var mask = ignoreCase ? 0x20 : 0;
        var first = (char)(text[start + 1] | (char.IsAsciiLetter(text[start + 1]) ? mask : 0));
        if (first is 's' or 't' or 'm' or 'd')
        {
            return start + 2;
        }

        if (start + 2 >= text.Length)
        {
            return start;
        }

        var second = (char)(text[start + 2] | (char.IsAsciiLetter(text[start + 2]) ? mask : 0));
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? start + 3 : start;
    }
}
