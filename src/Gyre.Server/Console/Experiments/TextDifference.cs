namespace Gyre.Server.Console.Experiments;

/// <summary>A text in pieces: those that stand in the text it is compared with, and those that do not.</summary>
/// <remarks>Words and the blanks between them are compared by their longest common subsequence, in memory of words × words and at most a million; of longer texts only the equal ends are told from the rest.</remarks>
internal static class TextDifference
{
    private const int MostCells = 1_000_000;

    /// <summary>The pieces of <paramref name="text"/>, in order; together they are the text.</summary>
    public static IReadOnlyList<(string Text, bool IsNew)> Of(string before, string text)
    {
        var (one, other) = (Words(before), Words(text));
        var start = 0;
        while (start < one.Count && start < other.Count && one[start] == other[start])
        {
            start++;
        }

        var end = 0;
        while (end < one.Count - start && end < other.Count - start && one[^(end + 1)] == other[^(end + 1)])
        {
            end++;
        }

        var isNew = new bool[other.Count];
        Mark(one.GetRange(start, one.Count - start - end), other.GetRange(start, other.Count - start - end), isNew.AsSpan(start, other.Count - start - end));
        var pieces = new List<(string Text, bool IsNew)>();
        for (var i = 0; i < other.Count; i++)
        {
            if (pieces.Count > 0 && pieces[^1].IsNew == isNew[i])
            {
                continue;
            }

            var last = i;
            while (last + 1 < other.Count && isNew[last + 1] == isNew[i])
            {
                last++;
            }

            pieces.Add((string.Concat(other.GetRange(i, last - i + 1)), isNew[i]));
            i = last;
        }

        return pieces;
    }

    private static void Mark(List<string> one, List<string> other, Span<bool> isNew)
    {
        isNew.Fill(true);
        if (one.Count == 0 || other.Count == 0 || (long)(one.Count + 1) * (other.Count + 1) > MostCells)
        {
            return;
        }

        var width = other.Count + 1;
        var lengths = new int[(one.Count + 1) * width];
        for (var i = one.Count - 1; i >= 0; i--)
        {
            for (var j = other.Count - 1; j >= 0; j--)
            {
                lengths[(i * width) + j] = one[i] == other[j] ? lengths[((i + 1) * width) + j + 1] + 1 : Math.Max(lengths[((i + 1) * width) + j], lengths[(i * width) + j + 1]);
            }
        }

        for (var (i, j) = (0, 0); i < one.Count && j < other.Count;)
        {
            if (one[i] == other[j])
            {
                isNew[j] = false;
                (i, j) = (i + 1, j + 1);
            }
            else if (lengths[((i + 1) * width) + j] >= lengths[(i * width) + j + 1])
            {
                i++;
            }
            else
            {
                j++;
            }
        }
    }

    /// <summary>Runs of letters and digits, runs of blanks, and every other character alone.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            var kind = Kind(text[i]);
            var end = i + 1;
            while (end < text.Length && kind != 2 && Kind(text[end]) == kind)
            {
                end++;
            }

            end += end < text.Length && char.IsLowSurrogate(text[end]) && char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
            words.Add(text[i..end]);
            i = end;
        }

        return words;
    }

    private static int Kind(char letter) => char.IsLetterOrDigit(letter) ? 0 : char.IsWhiteSpace(letter) ? 1 : 2;
}
