namespace Gyre.Evaluation.Metrics.Agreement;

/// <summary>Fleiss' κ: agreement of a fixed number of ratings for each item, by whichever raters.</summary>
/// <remarks>Source: J. Fleiss, "Measuring nominal scale agreement among many raters", 1971.</remarks>
public static class FleissKappa
{
    /// <summary>κ from ratings: every item needs as many, two or more.</summary>
    public static MetricValue Of(IReadOnlyList<RatedItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var classes = items.SelectMany(item => item.Ratings).Where(rating => rating.HasValue).Distinct().Order().ToArray();
        return OfCounts([.. items.Select(item => (IReadOnlyList<int>)[.. classes.Select(label => item.Ratings.Count(rating => rating == label))])]);
    }

    /// <summary>κ from counts: how many raters put each item into each class.</summary>
    /// <param name="counts">[items][classes], 0 or more.</param>
    public static MetricValue OfCounts(IReadOnlyList<IReadOnlyList<int>> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count == 0)
        {
            return MetricValue.Undefined(UndefinedCause.NoSamples, "there are no items");
        }

        var raters = counts[0].Sum();
        var shares = new double[counts[0].Count];
        var agreement = 0.0;
        foreach (var item in counts)
        {
            if (item.Count != shares.Length || item.Any(count => count < 0))
            {
                throw new ArgumentException($"Measure agreement: found an item with other classes or a count below 0; expected {shares.Length} counts for each item.", nameof(counts));
            }

            if (item.Sum() != raters || raters < 2)
            {
                return MetricValue.Undefined(UndefinedCause.MissingInput, $"an item has {item.Sum()} ratings and the first {raters}; expected equally many, two or more (Krippendorff's alpha takes any)");
            }

            var squares = 0.0;
            for (var k = 0; k < shares.Length; k++)
            {
                shares[k] += item[k] / ((double)raters * counts.Count);
                squares += (double)item[k] * item[k];
            }

            agreement += (squares - raters) / ((double)raters * (raters - 1) * counts.Count);
        }

        // With every rating in one class the shares add up to exactly 1; asking for the class avoids a crumb of rounding.
        var chance = shares.Sum(share => share * share);
        return shares.Count(share => share > 0) < 2
            ? MetricValue.Undefined(UndefinedCause.ZeroDenominator, "all ratings are of one class")
            : MetricValue.Of((agreement - chance) / (1 - chance));
    }
}
