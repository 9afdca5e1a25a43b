namespace Gyre.Evaluation.Judges.Trained;

/// <summary>The share of pairs of different levels that a number puts in the right order; equal numbers count half. Of two levels it is the area under the ROC curve.</summary>
/// <remarks>Source: F. Harrell et al. 1982; J. Hanley and B. McNeil 1982. Cost: a sort and a step a level and item.</remarks>
internal static class Concordance
{
    /// <summary>The share; NaN when all levels are equal.</summary>
    public static double Of(double[] numbers, int[] levels, int classes)
    {
        var order = Enumerable.Range(0, numbers.Length).OrderBy(i => numbers[i]).ToArray();
        var (seen, group) = (new long[classes], new long[classes]);
        var (right, all) = (0.0, 0.0);
        for (var at = 0; at < order.Length;)
        {
            Array.Clear(group);
            var first = numbers[order[at]];
            for (; at < order.Length && numbers[order[at]].Equals(first); at++)
            {
                group[levels[order[at]]]++;
            }

            for (var level = 0; level < classes; level++)
            {
                for (var other = 0; other < classes; other++)
                {
                    if (other == level)
                    {
                        continue;
                    }

                    var pairs = (double)group[level] * seen[other];
                    (right, all) = (right + (other < level ? pairs : 0), all + pairs);
                    var ties = other < level ? (double)group[level] * group[other] : 0;
                    (right, all) = (right + (ties / 2), all + ties);
                }
            }

            for (var level = 0; level < classes; level++)
            {
                seen[level] += group[level];
            }
        }

        return all == 0 ? double.NaN : right / all;
    }
}
