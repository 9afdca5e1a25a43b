namespace Gyre.Training.Compression.Pruning;

/// <summary>Chooses the weights of least score. Of equal scores those that come first go first, so a mask is a function of the scores.</summary>
internal static class MaskSelection
{
    private const int Buckets = 1 << 16;

    /// <summary>Removes the same number of each row.</summary>
    /// <param name="scores">[rows, columns], not negative, finite.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="removed">How many go of each row.</param>
    /// <param name="mask">Receives them.</param>
    public static void Rows(ReadOnlySpan<float> scores, int columns, long removed, WeightMask mask)
    {
        if (removed <= 0)
        {
            return;
        }

        var sorted = new float[columns];
        for (var first = 0; first < scores.Length; first += columns)
        {
            var row = scores.Slice(first, columns);
            row.CopyTo(sorted);
            Array.Sort(sorted);
            var threshold = sorted[removed - 1];
            Take(row, first, threshold, removed - CountBelow(row, threshold), mask);
        }
    }

    /// <summary>Keeps the best of every group of neighbours in a row.</summary>
    public static void Groups(ReadOnlySpan<float> scores, int kept, int group, WeightMask mask)
    {
        Span<bool> gone = stackalloc bool[Sparsity.MostGroup];
        for (var first = 0; first < scores.Length; first += group)
        {
            gone.Clear();
            for (var round = kept; round < group; round++)
            {
                var least = -1;
                for (var i = 0; i < group; i++)
                {
                    if (!gone[i] && (least < 0 || scores[first + i] < scores[first + least]))
                    {
                        least = i;
                    }
                }

                gone[least] = true;
                mask.Remove(first + least);
            }
        }
    }

    /// <summary>Removes so many of all matrices together.</summary>
    /// <param name="scores">One array a matrix: not negative, finite.</param>
    /// <param name="removed">How many go.</param>
    /// <param name="masks">One a matrix; receive them.</param>
    public static void Together(IReadOnlyList<float[]> scores, long removed, IReadOnlyList<WeightMask> masks)
    {
        if (removed <= 0)
        {
            return;
        }

        // Numbers that are not negative are ordered as their bits are: first the upper half, then the lower within it.
        var (upper, below) = FindBucket(scores, removed, static (bits, _) => (int)(bits >> 16), 0);
        var (lower, belowInside) = FindBucket(scores, removed - below, static (bits, inside) => bits >> 16 == inside ? (int)(bits & 0xFFFF) : -1, (uint)upper);
        var threshold = BitConverter.UInt32BitsToSingle(((uint)upper << 16) | (uint)lower);
        var equal = removed - below - belowInside;
        for (var i = 0; i < scores.Count; i++)
        {
            equal = Take(scores[i], 0, threshold, equal, masks[i]);
        }
    }

    /// <summary>The bucket that holds the number of that rank, and how many lie in those before it.</summary>
    private static (int Bucket, long Below) FindBucket(IReadOnlyList<float[]> scores, long rank, Func<uint, uint, int> bucketOf, uint inside)
    {
        var counts = new long[Buckets];
        foreach (var matrix in scores)
        {
            foreach (var score in matrix)
            {
                var bucket = bucketOf(BitConverter.SingleToUInt32Bits(score), inside);
                if (bucket >= 0)
                {
                    counts[bucket]++;
                }
            }
        }

        var below = 0L;
        for (var bucket = 0; ; bucket++)
        {
            if (below + counts[bucket] >= rank)
            {
                return (bucket, below);
            }

            below += counts[bucket];
        }
    }

    private static long CountBelow(ReadOnlySpan<float> scores, float threshold)
    {
        var count = 0L;
        foreach (var score in scores)
        {
            count += score < threshold ? 1 : 0;
        }

        return count;
    }

    /// <summary>Removes what is below the threshold, and so many of those that equal it; gives how many of these are left to remove.</summary>
    private static long Take(ReadOnlySpan<float> scores, int first, float threshold, long equal, WeightMask mask)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] < threshold || (scores[i] == threshold && equal-- > 0))
            {
                mask.Remove(first + i);
            }
        }

        return Math.Max(0, equal);
    }
}
