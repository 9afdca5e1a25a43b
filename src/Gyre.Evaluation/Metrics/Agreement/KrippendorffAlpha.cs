namespace Gyre.Evaluation.Metrics.Agreement;

/// <summary>Krippendorff's α: agreement of any number of raters, with missing ratings, on any level of measurement.</summary>
/// <remarks>
/// Items with fewer than two ratings say nothing and are left aside.
/// <para>Cost: ratings + distinct values², of which there may be <see cref="MostValues"/>.</para>
/// <para>Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011.</para>
/// </remarks>
public static class KrippendorffAlpha
{
    /// <summary>The most distinct ratings.</summary>
    public const int MostValues = 2000;

    /// <summary>α: 1 is agreement, 0 is chance, below 0 is disagreement by system.</summary>
    public static MetricValue Of(IReadOnlyList<RatedItem> items, MeasurementLevel level)
    {
        ArgumentNullException.ThrowIfNull(items);
        var pairable = items.Select(Ratings).Where(ratings => ratings.Length >= 2).ToArray();
        double[] values = [.. pairable.SelectMany(ratings => ratings).Distinct().Order()];
        if (values.Length == 0)
        {
            return MetricValue.Undefined(UndefinedCause.NoSamples, "no item has two ratings");
        }

        if (values.Length > MostValues)
        {
            return MetricValue.Undefined(UndefinedCause.TooLarge, $"there are {values.Length} different ratings, and {MostValues} are the most");
        }

        if (level == MeasurementLevel.Ratio && values[0] < 0)
        {
            return MetricValue.Undefined(UndefinedCause.MissingInput, $"a rating is {values[0]}, and ratios need 0 or more");
        }

        // Coincidences: every ordered pair of ratings of an item, an item of m ratings counting m together.
        var coincidences = new double[values.Length * values.Length];
        var totals = new double[values.Length];
        foreach (var ratings in pairable)
        {
            var places = Array.ConvertAll(ratings, rating => Array.BinarySearch(values, rating));
            foreach (var group in places.GroupBy(place => place))
            {
                totals[group.Key] += group.Count();
            }

            // Counted by value: a crowd of raters costs as much as the values it uses.
            var counts = places.CountBy(place => place).ToArray();
            foreach (var (one, oneCount) in counts)
            {
                foreach (var (two, twoCount) in counts)
                {
                    coincidences[(one * values.Length) + two] += (double)oneCount * (one == two ? oneCount - 1 : twoCount) / (ratings.Length - 1);
                }
            }
        }

        var all = totals.Sum();
        var (observed, expected) = (0.0, 0.0);
        var before = Cumulative(totals);
        for (var i = 0; i < values.Length; i++)
        {
            for (var j = i + 1; j < values.Length; j++)
            {
                var difference = level switch
                {
                    MeasurementLevel.Nominal => 1,
                    MeasurementLevel.Ordinal => Square(before[j + 1] - before[i] - ((totals[i] + totals[j]) / 2)),
                    MeasurementLevel.Interval => Square(values[i] - values[j]),
                    _ => Square((values[j] - values[i]) / (values[i] + values[j])),
                };
                observed += coincidences[(i * values.Length) + j] * difference;
                expected += totals[i] * totals[j] * difference;
            }
        }

        return expected == 0
            ? MetricValue.Undefined(UndefinedCause.ZeroDenominator, "all ratings are equal, so that chance would agree too")
            : MetricValue.Of(1 - ((all - 1) * observed / expected));
    }

    private static double[] Ratings(RatedItem item)
    {
        var ratings = new List<double>(item.Ratings.Count);
        foreach (var rating in item.Ratings)
        {
            if (rating is { } value)
            {
                // −0 and 0 are one rating.
                ratings.Add(double.IsFinite(value) ? value + 0.0 : throw new ArgumentException($"Read ratings: found {value}; expected finite numbers, null for none.", nameof(item)));
            }
        }

        return [.. ratings];
    }

    private static double[] Cumulative(double[] totals)
    {
        var sums = new double[totals.Length + 1];
        for (var i = 0; i < totals.Length; i++)
        {
            sums[i + 1] = sums[i] + totals[i];
        }

        return sums;
    }

    private static double Square(double value) => value * value;
}
