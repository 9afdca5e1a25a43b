using System.Buffers;

namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>Levenshtein's distance: the fewest insertions, deletions and replacements that turn one text into the other.</summary>
/// <remarks>
/// Texts are compared by Unicode scalar values: an emoji of one code point counts once, a letter and its combining mark twice.
/// <para>Cost: ⌈shorter / 64⌉ × longer steps after common beginnings and ends are set aside; memory is rented, as long as the longer text.</para>
/// <para>Source: V. Levenshtein 1966; the bit-parallel form of G. Myers 1999 as H. Hyyrö 2003 states it, here one 64-symbol strip after
/// the other, so that memory does not grow with the alphabet.</para>
/// </remarks>
public static class Levenshtein
{
    private const string Source = "Levenshtein 1966; equals NLTK edit_distance without transpositions";

    /// <summary><c>levenshtein</c>: the mean distance to the nearest reference.</summary>
    public static IMetric<TextSample> DistanceMetric { get; } = BestReference.Mean(
        "levenshtein",
        new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Count, 0, double.PositiveInfinity, Source),
        (candidate, reference) => EditLimits.Within(candidate, reference, EditLimits.BitCells, (a, b) => Distance(a, b)));

    /// <summary><c>levenshtein-similarity</c>: the mean similarity to the nearest reference.</summary>
    public static IMetric<TextSample> SimilarityMetric { get; } = BestReference.Mean(
        "levenshtein-similarity",
        MetricForm.Share(Source),
        (candidate, reference) => EditLimits.Within(candidate, reference, EditLimits.BitCells, Similarity));

    /// <summary>The distance of two texts.</summary>
    public static int Distance(string first, string second)
    {
        using var one = new ScalarText(first);
        using var two = new ScalarText(second);
        return Distance(one.Values, two.Values);
    }

    /// <summary>1 − distance ÷ length of the longer text; two empty texts are equal, which is 1.</summary>
    public static double Similarity(string first, string second)
    {
        using var one = new ScalarText(first);
        using var two = new ScalarText(second);
        var longer = Math.Max(one.Values.Length, two.Values.Length);
        return longer == 0 ? 1 : 1 - (Distance(one.Values, two.Values) / (double)longer);
    }

    /// <summary>The distance of two sequences of symbols, such as token ids.</summary>
    public static int Distance(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        CommonEnds.Trim(ref first, ref second);
        if (first.Length > second.Length)
        {
            var longer = first;
            first = second;
            second = longer;
        }

        return first.Length == 0 ? second.Length : Strips(first, second);
    }

    private static int Strips(ReadOnlySpan<int> pattern, ReadOnlySpan<int> text)
    {
        var masks = new BlockMasks(stackalloc ulong[BlockMasks.Slots], stackalloc ulong[BlockMasks.Slots], stackalloc int[BlockMasks.Slots]);
        if (pattern.Length <= BlockMasks.Bits)
        {
            masks.Load(pattern);
            return pattern.Length + Strip(masks, text, pattern.Length, []);
        }

        // The difference of neighbouring cells in the row above a strip; above the first it is 1 everywhere.
        var rented = ArrayPool<sbyte>.Shared.Rent(text.Length);
        var steps = rented.AsSpan(0, text.Length);
        steps.Fill(1);
        var change = 0;
        for (var start = 0; start < pattern.Length; start += BlockMasks.Bits)
        {
            var block = pattern.Slice(start, Math.Min(BlockMasks.Bits, pattern.Length - start));
            masks.Load(block);
            change = Strip(masks, text, block.Length, steps);
        }

        ArrayPool<sbyte>.Shared.Return(rented);
        return pattern.Length + change;
    }

    /// <summary>
    /// Runs a strip of rows over all columns, replaces the steps above it by those of its last row, and returns that row's sum.
    /// </summary>
    private static int Strip(in BlockMasks masks, ReadOnlySpan<int> text, int rows, Span<sbyte> steps)
    {
        var (rises, falls) = (ulong.MaxValue, 0UL);
        var (last, change) = (rows - 1, 0);
        for (var j = 0; j < text.Length; j++)
        {
            var above = steps.IsEmpty ? 1 : steps[j];
            var (riseIn, fallIn) = (above > 0 ? 1UL : 0, above < 0 ? 1UL : 0);
            var equal = masks[text[j]] | fallIn;
            var diagonal = (((equal & rises) + rises) ^ rises) | equal | falls;
            var right = falls | ~(diagonal | rises);
            var left = diagonal & rises;
            var below = (int)((right >> last) & 1) - (int)((left >> last) & 1);
            change += below;
            if (!steps.IsEmpty)
            {
                steps[j] = (sbyte)below;
            }

            right = (right << 1) | riseIn;
            left = (left << 1) | fallIn;
            rises = left | ~(diagonal | right);
            falls = right & diagonal;
        }

        return change;
    }
}
