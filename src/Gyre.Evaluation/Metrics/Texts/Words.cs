using System.Globalization;
using System.Text;

namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>The words of a text: what stands between white space, without punctuation at both ends, if a letter or digit is left.</summary>
internal ref struct Words(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>The word that <see cref="TryNext"/> found.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>What ended the word found: the marks between it and the white space.</summary>
    public ReadOnlySpan<char> Tail { get; private set; }

    /// <summary>True when an empty line stands between the word found and what follows.</summary>
    public bool EndsParagraph { get; private set; }

    /// <summary>Goes to the next word; false when there is none.</summary>
    public bool TryNext()
    {
        while (!_rest.IsEmpty)
        {
            var start = 0;
            while (start < _rest.Length && char.IsWhiteSpace(_rest[start]))
            {
                start++;
            }

            var end = start;
            while (end < _rest.Length && !char.IsWhiteSpace(_rest[end]))
            {
                end++;
            }

            var token = _rest[start..end];
            _rest = _rest[end..];
            var (first, last) = Bounds(token);
            if (first == last)
            {
                continue;
            }

            Current = token[first..last];
            Tail = token[last..];
            EndsParagraph = StartsWithEmptyLine(_rest);
            return true;
        }

        return false;
    }

    /// <summary>From the first letter or digit to the end of the last, with the marks that stand on it.</summary>
    private static (int First, int Last) Bounds(ReadOnlySpan<char> token)
    {
        var (first, last) = (-1, 0);
        for (var at = 0; at < token.Length;)
        {
            Rune.DecodeFromUtf16(token[at..], out var rune, out var length);
            if (Rune.IsLetterOrDigit(rune))
            {
                first = first < 0 ? at : first;
                last = at + length;
            }
            else if (at == last && first >= 0 && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                last = at + length;
            }

            at += length;
        }

        return (Math.Max(0, first), last);
    }

    private static bool StartsWithEmptyLine(ReadOnlySpan<char> rest)
    {
        var lines = 0;
        foreach (var character in rest)
        {
            if (!char.IsWhiteSpace(character))
            {
                return false;
            }

            lines += character == '\n' ? 1 : 0;
            if (lines == 2)
            {
                return true;
            }
        }

        return false;
    }
}
