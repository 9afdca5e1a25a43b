namespace Gyre.Registry.Datasets;

/// <summary>Where one part ends and the next begins, on the circle of digests of groups.</summary>
internal static class SplitThresholds
{
    /// <summary>The part in which a place lies.</summary>
    public static int PartOf(IReadOnlyList<UInt128> thresholds, UInt128 place)
    {
        var part = 0;
        while (part < thresholds.Count && place >= thresholds[part])
        {
            part++;
        }

        return part;
    }

    /// <summary>Fixed shares of the circle.</summary>
    public static IReadOnlyList<UInt128> Stable(IReadOnlyList<double> shares)
    {
        var thresholds = new List<UInt128>();
        var sum = 0.0;
        foreach (var share in shares.SkipLast(1))
        {
            sum += share;
            thresholds.Add((UInt128)(ulong)Math.Min(sum * Math.Pow(2, 64), (double)(ulong.MaxValue - 2047)) << 64);
        }

        return thresholds;
    }

    /// <summary>Shares of the rows: every part ends at the end of the group that comes nearest to its share.</summary>
    /// <param name="shares">One a part; they add up to 1.</param>
    /// <param name="rows">The places of all rows, in order.</param>
    /// <param name="count">How many they are.</param>
    public static IReadOnlyList<UInt128> Exact(IReadOnlyList<double> shares, IEnumerable<UInt128> rows, long count)
    {
        var ends = new double[shares.Count - 1];
        var sum = 0.0;
        for (var i = 0; i < ends.Length; i++)
        {
            ends[i] = Math.Round((sum += shares[i]) * count);
        }

        var thresholds = new List<UInt128>();
        var before = 0L;
        foreach (var (place, size) in Groups(rows))
        {
            while (thresholds.Count < ends.Length && before + (size / 2.0) > ends[thresholds.Count])
            {
                thresholds.Add(place);
            }

            before += size;
        }

        while (thresholds.Count < ends.Length)
        {
            thresholds.Add(UInt128.MaxValue);
        }

        return thresholds;
    }

    private static IEnumerable<(UInt128 Place, long Size)> Groups(IEnumerable<UInt128> rows)
    {
        var (place, size) = (UInt128.Zero, 0L);
        foreach (var row in rows)
        {
            if (size > 0 && row != place)
            {
                yield return (place, size);
                size = 0;
            }

            (place, size) = (row, size + 1);
        }

        if (size > 0)
        {
            yield return (place, size);
        }
    }
}
