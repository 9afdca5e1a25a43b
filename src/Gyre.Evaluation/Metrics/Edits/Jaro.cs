using System.Buffers;

namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>Jaro's similarity of short names, and Winkler's rise for equal beginnings.</summary>
/// <remarks>
/// Over Unicode scalar values. Symbols match when they are equal and at most ⌊longer / 2⌋ − 1 places apart (0 at least, so that
/// equal texts of one symbol are 1; NLTK gives 0 there); half of the matches out of order, rounded down, are transpositions. Two
/// empty texts are equal, which is 1.
/// <para>Cost: one pass over both texts; memory is rented.</para>
/// <para>Source: M. Jaro 1989; W. Winkler 1990.</para>
/// </remarks>
public static class Jaro
{
    /// <summary><c>jaro</c>: the mean similarity to the nearest reference.</summary>
    public static IMetric<TextSample> Metric { get; } = BestReference.Mean(
        "jaro",
        MetricForm.Share("Jaro 1989; equals NLTK jaro_similarity"),
        (candidate, reference) => MetricValue.Of(Similarity(candidate, reference)));

    /// <summary><c>jaro-winkler</c>: prefix weight 0.1, at most 4 symbols, every similarity rises.</summary>
    public static IMetric<TextSample> WinklerMetric { get; } = BestReference.Mean(
        "jaro-winkler",
        MetricForm.Share("Winkler 1990; equals NLTK jaro_winkler_similarity"),
        (candidate, reference) => MetricValue.Of(WinklerSimilarity(candidate, reference)));

    /// <summary><c>jaro-winkler-boost</c>: as <see cref="WinklerMetric"/>, but only similarities above 0.7 rise.</summary>
    public static IMetric<TextSample> WinklerBoostMetric { get; } = BestReference.Mean(
        "jaro-winkler-boost",
        MetricForm.Share("Winkler 1990 with the boost threshold 0.7; equals jellyfish jaro_winkler_similarity"),
        (candidate, reference) => MetricValue.Of(WinklerSimilarity(candidate, reference, boostThreshold: 0.7)));

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
        // Places of each symbol in the second text stand in a queue. The window moves forwards only, so that a place before it is never
        // asked for again, and the first untaken place in the window is the queue's head.
        using var slots = new SymbolSlots(second);
        var rented = ArrayPool<int>.Shared.Rent((2 * second.Length) + first.Length + slots.Count);
        var next = rented.AsSpan(0, second.Length);
        var taken = rented.AsSpan(second.Length, second.Length);
        var matched = rented.AsSpan(2 * second.Length, first.Length);
        var heads = rented.AsSpan((2 * second.Length) + first.Length, slots.Count);
        taken.Clear();
        matched.Clear();
        heads.Fill(-1);
        for (var j = second.Length - 1; j >= 0; j--)
        {
            var slot = slots[second[j]];
            next[j] = heads[slot];
            heads[slot] = j;
        }

        var matches = 0;
        for (var i = 0; i < first.Length; i++)
        {
            var slot = slots[first[i]];
            var place = slot < 0 ? -1 : heads[slot];
            while (place >= 0 && place < i - reach)
            {
                place = next[place];
            }

            if (slot >= 0)
            {
                heads[slot] = place;
            }

            if (place >= 0 && place <= i + reach)
            {
                (taken[place], matched[i]) = (1, 1);
                heads[slot] = next[place];
                matches++;
            }
        }

        var outOfOrder = 0;
        for (int i = 0, j = 0; i < first.Length; i++)
        {
            if (matched[i] == 0)
            {
                continue;
            }

            while (taken[j] == 0)
            {
                j++;
            }

            outOfOrder += first[i] == second[j] ? 0 : 1;
            j++;
        }

        ArrayPool<int>.Shared.Return(rented);
        return matches == 0 ? 0 : ((matches / (double)first.Length) + (matches / (double)second.Length) + ((matches - (outOfOrder / 2)) / (double)matches)) / 3;
    }
}
