namespace Gyre.Training.Curation.Words;

/// <summary>The set of runs of words in a text, as sorted hashes of 64 bits.</summary>
internal static class Shingles
{
    private const ulong Step = 0x9E3779B97F4A7C15UL;

    /// <summary>The distinct runs of a length, sorted. A text of fewer words is one run; a text without words has none.</summary>
    public static ulong[] Of(ReadOnlySpan<ulong> words, int length)
    {
        if (words.IsEmpty)
        {
            return [];
        }

        var count = Math.Max(1, words.Length - length + 1);
        var all = new ulong[count];
        for (var start = 0; start < count; start++)
        {
            all[start] = Hash(words.Slice(start, Math.Min(length, words.Length)));
        }

        Array.Sort(all);
        var distinct = 0;
        for (var i = 0; i < all.Length; i++)
        {
            if (i == 0 || all[i] != all[i - 1])
            {
                all[distinct++] = all[i];
            }
        }

        return distinct == all.Length ? all : all[..distinct];
    }

    /// <summary>The hash of a run of words; another order is another run.</summary>
    public static ulong Hash(ReadOnlySpan<ulong> words)
    {
        var hash = (ulong)words.Length;
        foreach (var word in words)
        {
            hash = WordHashes.Mix((hash * Step) + word);
        }

        return hash;
    }

    /// <summary>What two sets share, from 0 to 1: the size of their intersection over that of their union; 1 for two empty ones.</summary>
    /// <remarks>Source: P. Jaccard, 1901.</remarks>
    public static double Jaccard(ReadOnlySpan<ulong> one, ReadOnlySpan<ulong> other)
    {
        if (one.IsEmpty && other.IsEmpty)
        {
            return 1;
        }

        var (i, j, shared) = (0, 0, 0);
        while (i < one.Length && j < other.Length)
        {
            var (left, right) = (one[i], other[j]);
            shared += left == right ? 1 : 0;
            i += left <= right ? 1 : 0;
            j += right <= left ? 1 : 0;
        }

        return (double)shared / (one.Length + other.Length - shared);
    }
}
