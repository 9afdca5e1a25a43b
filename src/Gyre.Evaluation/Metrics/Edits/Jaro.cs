using System.Buffers;

namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>Jaro's similarity of short names, and Winkler's rise for equal beginnings.</summary>
/// <remarks>
/// Over Unicode scalar values. Symbols match when they are equal and at most ⌊longer / 2⌋ − 1 places apart (0 at least, so that
/// equal texts of one symbol are 1; NLTK gives 0 there); half of the matches out of order, rounded down, are transpositions. Two
/// empty texts are equal, which is 1.
/// <para>Cost: first × longer / 2 steps at most; memory is rented.</para>
/// <para>Source: M. Jaro 1989; W. Winkler 1990.</para>
/// </remarks>
public static class Jaro
{
    /// <summary><c>jaro</c>: the mean similarity to the nearest reference.</summary>
    public static IMetric<TextSample> Metric { get; } = BestReference.Mean(
        "jaro",
        MetricForm.Share("Jaro 1989; equals NLTK jaro_similarity"),
        (candidate, reference) => EditLimits.Within(candidate, reference, EditLimits.Cells, Similarity));

    /// <summary><c>jaro-winkler</c>: prefix weight 0.1, at most 4 symbols, every similarity rises.</summary>
    public static IMetric<TextSample> WinklerMetric { get; } = BestReference.Mean(
        "jaro-winkler",
        MetricForm.Share("Winkler 1990; equals NLTK jaro_winkler_similarity"),
        (candidate, reference) => EditLimits.Within(candidate, reference, EditLimits.Cells, (a, b) => WinklerSimilarity(a, b)));

    /// <summary><c>jaro-winkler-boost</c>: as <see cref="WinklerMetric"/>, but only similarities above 0.7 rise.</summary>
    public static IMetric<TextSample> WinklerBoostMetric { get; } = BestReference.Mean(
        "jaro-winkler-boost",
        MetricForm.Share("Winkler 1990 with the boost threshold 0.7; equals jellyfish jaro_winkler_similarity"),
        (candidate, reference) => EditLimits.Within(candidate, reference, EditLimits.Cells, (a, b) => WinklerSimilarity(a, b, boostThreshold: 0.7)));

    /// <summary>Jaro's similarity, from 0 to 1.</summary>
    public static double Similarity(string first, string second)
    {
        using var one = new ScalarText(first);
        using var two = new ScalarText(second);
        return Similarity(one.Values, two.Values);
    }

    /// <summary>Jaro–Winkler: similarity + equal beginning × weight × (1 − similarity).</summary>
    /// <param name="first">A text.</param>
    /// <param name="second">A text.</param>
    /// <param name="prefixWeight">0 or more; times <paramref name="mostPrefix"/> at most 1, so that the result is.</param>
    /// <param name="mostPrefix">How many symbols of the beginning count at most.</param>
    /// <param name="boostThreshold">Similarities up to this one stay as they are; 0 lets every one rise.</param>
    public static double WinklerSimilarity(string first, string second, double prefixWeight = 0.1, int mostPrefix = 4, double boostThreshold = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefixWeight);
        ArgumentOutOfRangeException.ThrowIfNegative(mostPrefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixWeight * mostPrefix, 1, nameof(prefixWeight));
        using var one = new ScalarText(first);
        using var two = new ScalarText(second);
        var similarity = Similarity(one.Values, two.Values);
        var prefix = Math.Min(mostPrefix, one.Values.CommonPrefixLength(two.Values));
        return similarity > boostThreshold ? similarity + (prefix * prefixWeight * (1 - similarity)) : similarity;
    }

    private static double Similarity(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        if (first.Length == 0 || second.Length == 0)
        {
            return first.Length == second.Length ? 1 : 0;
        }

        var reach = Math.Max(0, (Math.Max(first.Length, second.Length) / 2) - 1);
        var rented = ArrayPool<bool>.Shared.Rent(first.Length + second.Length);
        var taken = rented.AsSpan(0, second.Length);
        var matched = rented.AsSpan(second.Length, first.Length);
        taken.Clear();
        matched.Clear();
        var matches = 0;
        for (var i = 0; i < first.Length; i++)
        {
            var end = Math.Min(i + reach, second.Length - 1);
            for (var j = Math.Max(0, i - reach); j <= end; j++)
            {
                if (first[i] == second[j] && !taken[j])
                {
                    (taken[j], matched[i]) = (true, true);
                    matches++;
                    break;
                }
            }
        }

        var outOfOrder = 0;
        for (int i = 0, j = 0; i < first.Length; i++)
        {
            if (!matched[i])
            {
                continue;
            }

            while (!taken[j])
            {
                j++;
            }

            outOfOrder += first[i] == second[j] ? 0 : 1;
            j++;
        }

        ArrayPool<bool>.Shared.Return(rented);
        return matches == 0 ? 0 : ((matches / (double)first.Length) + (matches / (double)second.Length) + ((matches - (outOfOrder / 2)) / (double)matches)) / 3;
    }
}
