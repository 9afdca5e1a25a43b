using Gyre.Training.Curation.Words;

namespace Gyre.Training.Curation.Balancing;

/// <summary>How often each record of a dataset stands in it. The same seed gives the same numbers for records in any order.</summary>
internal static class Resampling
{
    private const long MostRecords = 1L << 31;

    /// <summary>The wanted number of records of each group.</summary>
    /// <param name="options">What is wanted.</param>
    /// <param name="groups">The groups' names and how many records each has; none is empty.</param>
    /// <exception cref="TrainingException">TRN0506: nothing or too much would be left.</exception>
    public static long[] Targets(ResampleOptions options, IReadOnlyList<(string Name, long Count)> groups)
    {
        if (groups.Count == 0)
        {
            return [];
        }

        var targets = options.Epochs.Count > 0
            ? [.. groups.Select(group => (long)Math.Round(options.Epochs.GetValueOrDefault(group.Name, 1) * group.Count, MidpointRounding.AwayFromZero))]
            : ByWeight(options, groups);
        var sum = targets.Sum();
        return sum is > 0 and <= MostRecords
            ? targets
            : throw new TrainingException("TRN0506", $"Balancing by '{options.By}' failed: {sum} records would be left of {groups.Sum(group => group.Count)} in {groups.Count} groups; expected 1 to {MostRecords}. Change the weights, epochs or the number of records; groups are {string.Join(", ", groups.Take(10).Select(group => $"'{group.Name}' ({group.Count})"))}.");
    }

    /// <summary>The number of copies of each record.</summary>
    /// <param name="groups">The group of each record.</param>
    /// <param name="keys">A key for each record that does not depend on the others: its content.</param>
    /// <param name="targets">The wanted number of records of each group.</param>
    /// <param name="seed">Decides which records are taken once more than the others.</param>
    public static int[] Copies(ReadOnlySpan<int> groups, ReadOnlySpan<ulong> keys, IReadOnlyList<long> targets, ulong seed)
    {
        var copies = new int[groups.Length];
        var sizes = new long[targets.Count];
        var order = new (int Group, ulong Key, int Row)[groups.Length];
        for (var row = 0; row < groups.Length; row++)
        {
            sizes[groups[row]]++;
            order[row] = (groups[row], WordHashes.Mix(keys[row] ^ WordHashes.Mix(seed)), row);
        }

        Array.Sort(order);
        var (group, place) = (-1, 0L);
        foreach (var entry in order)
        {
            (group, place) = entry.Group == group ? (group, place + 1) : (entry.Group, 0);
            var (whole, rest) = Math.DivRem(targets[group], sizes[group]);
            copies[entry.Row] = (int)whole + (place < rest ? 1 : 0);
        }

        return copies;
    }

    private static long[] ByWeight(ResampleOptions options, IReadOnlyList<(string Name, long Count)> groups)
    {
        double[] weights = [.. groups.Select(group => options.Temperature > 0 ? Math.Pow(group.Count, 1 / options.Temperature) : options.Weights.GetValueOrDefault(group.Name, options.OtherWeight))];
        var sum = weights.Sum();
        if (sum <= 0)
        {
            return new long[groups.Count];
        }

        // Records a unit of weight: the fixed total, or the one at which the tightest group is just exhausted.
        var shares = Enumerable.Range(0, groups.Count).Where(i => weights[i] > 0).Select(i => groups[i].Count / weights[i]);
        var unit = options.Records > 0 ? options.Records / sum : options.Repeats ? shares.Max() : shares.Min();
        double[] wanted = [.. weights.Select(weight => weight * unit)];
        long[] targets = [.. wanted.Select(want => (long)Math.Floor(want + 1e-9))];

        // What rounding down left over goes to the largest remainders, so that a fixed total is met.
        var left = (options.Records > 0 ? options.Records : (long)Math.Round(wanted.Sum())) - targets.Sum();
        foreach (var i in Enumerable.Range(0, groups.Count).Where(i => weights[i] > 0).OrderByDescending(i => wanted[i] - targets[i]).ThenBy(i => groups[i].Name, StringComparer.Ordinal).Take((int)Math.Clamp(left, 0, groups.Count)))
        {
            targets[i]++;
        }

        return targets;
    }
}
