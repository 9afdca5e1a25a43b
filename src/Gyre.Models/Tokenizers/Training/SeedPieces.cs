using System.Text;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>Finds the candidates that a Unigram training begins with: characters, whole words, and substrings that occur more than once.</summary>
/// <remarks>
/// Of substrings only those count that cannot be made longer without losing an occurrence: the inner nodes of the suffix tree, read
/// from a suffix array whose order looks no further than the longest token. Occurrences count as often as their words do. A candidate
/// is worth its occurrences times its length.
/// <para>Source: Kudo, 2018, section 3.2. Besides, whole words are candidates, which a suffix tree over different words misses when
/// nothing longer begins with them.</para>
/// <para>Cost: n·log n for n characters of all different words together, and about 40 bytes a character.</para>
/// </remarks>
internal static class SeedPieces
{
    /// <summary>The candidates with their worth, characters first, then the best.</summary>
    public static List<(string Text, double Worth)> Find(IReadOnlyDictionary<string, long> words, int maxLength, int seedSize, CancellationToken cancellationToken)
    {
        var (text, left, counts) = Flatten(words);
        var order = Sort(text, left, maxLength, cancellationToken);
        var characters = new Dictionary<int, double>();
        for (var at = 0; at < text.Length; at++)
        {
            characters[text[at]] = characters.GetValueOrDefault(text[at]) + counts[at];
        }

        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (word, count) in words)
        {
            var length = word.Length - word.Count(char.IsLowSurrogate);
            if (count > 1 && length > 1 && length <= maxLength)
            {
                found[word] = (double)count * length;
            }
        }

        Collect(text, left, counts, order, maxLength, found);
        return
        [
            .. characters.OrderByDescending(one => one.Value).ThenBy(one => one.Key).Select(one => (char.ConvertFromUtf32(one.Key), one.Value)),
            .. found.OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal)
                .Take(Math.Max(0, seedSize - characters.Count)).Select(one => (one.Key, one.Value)),
        ];
    }

    // All words as code points in one row; for each place how many are left in its word, and how often the word occurs.
    private static (int[] Text, int[] Left, long[] Counts) Flatten(IReadOnlyDictionary<string, long> words)
    {
        var length = words.Keys.Sum(word => word.Length);
        var text = new List<int>(length);
        var left = new List<int>(length);
        var counts = new List<long>(length);
        foreach (var (word, count) in words)
        {
            var start = text.Count;
            foreach (var character in word.EnumerateRunes())
            {
                text.Add(character.Value);
                counts.Add(count);
            }

            for (var at = start; at < text.Count; at++)
            {
                left.Add(text.Count - at);
            }
        }

        return ([.. text], [.. left], [.. counts]);
    }

    private static int[] Sort(int[] text, int[] left, int maxLength, CancellationToken cancellationToken)
    {
        // The first three characters make a key; only suffixes with equal keys are compared one character after the other.
        var keys = new ulong[text.Length];
        var order = new int[text.Length];
        for (var at = 0; at < text.Length; at++)
        {
            order[at] = at;
            for (var i = 0; i < 3; i++)
            {
                keys[at] = (keys[at] << 21) | (i < left[at] ? (ulong)text[at + i] + 1 : 0);
            }
        }

        Array.Sort(keys, order);
        var comparer = Comparer<int>.Create(Compare);
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Array.Sort(order, start, end - start, comparer);
            }

            start = end;
        }

        return order;

        int Compare(int first, int second)
        {
            var length = Common(text, left, first, second, maxLength + 1);
            var (firstNext, secondNext) = (Next(first, length), Next(second, length));
            return length > maxLength || firstNext == secondNext ? first.CompareTo(second) : firstNext.CompareTo(secondNext);
        }

        int Next(int at, int length) => length < left[at] ? text[at + length] : -1;
    }

    private static int Common(int[] text, int[] left, int first, int second, int limit)
    {
        var most = Math.Min(limit, Math.Min(left[first], left[second]));
        var length = 0;
        while (length < most && text[first + length] == text[second + length])
        {
            length++;
        }

        return length;
    }

    // Walks the suffixes in order with a stack of the open common beginnings; each is complete when the next suffix does not share it.
    private static void Collect(int[] text, int[] left, long[] counts, int[] order, int maxLength, Dictionary<string, double> found)
    {
        var open = new Stack<(int Length, double Count)>();
        for (var i = 0; i < order.Length; i++)
        {
            var shared = i + 1 < order.Length ? Common(text, left, order[i], order[i + 1], maxLength + 1) : 0;
            double carried = counts[order[i]];
            while (open.TryPeek(out var top) && top.Length > shared)
            {
                open.Pop();
                carried += top.Count;
                if (top.Length > 1 && top.Length <= maxLength)
                {
                    found[TextOf(text, order[i], top.Length)] = carried * top.Length;
                }
            }

            if (open.TryPeek(out var same) && same.Length == shared)
            {
                open.Pop();
                carried += same.Count;
            }

            if (shared > 0)
            {
                open.Push((shared, carried));
            }
        }
    }

    private static string TextOf(int[] text, int start, int length)
    {
        var spelled = new StringBuilder(length);
        foreach (var character in text.AsSpan(start, length))
        {
            spelled.Append(char.ConvertFromUtf32(character));
        }

        return spelled.ToString();
    }
}
