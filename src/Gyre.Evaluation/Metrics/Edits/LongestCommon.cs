using System.Buffers;
using System.Numerics;

namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>The longest thing that two texts share: symbols in the same order (subsequence), or an unbroken stretch (substring).</summary>
/// <remarks>
/// Over Unicode scalar values. The similarities are 2 × shared ÷ (first + second), and 1 for two empty texts.
/// <para>Cost: subsequence ⌈shorter / 64⌉ × longer steps, substring first × second; memory is rented, as long as one text.</para>
/// <para>Source: the recurrences are D. Hirschberg's 1975; the bits are H. Hyyrö's 2004.</para>
/// </remarks>
public static class LongestCommon
{
    /// <summary><c>lcs</c>: the mean similarity by the longest common subsequence, to the nearest reference.</summary>
    public static IMetric<TextSample> SubsequenceMetric { get; } = BestReference.Mean(
        "lcs",
        MetricForm.Share("Hirschberg 1975; 2 × subsequence ÷ (candidate + reference)"),
        (candidate, reference) => EditLimits.Within(candidate, reference, EditLimits.BitCells, (a, b) => Share(a, b, Subsequence)));

    /// <summary><c>lcs-substring</c>: the mean similarity by the longest common substring, to the nearest reference.</summary>
    public static IMetric<TextSample> SubstringMetric { get; } = BestReference.Mean(
        "lcs-substring",
        MetricForm.Share("Gusfield 1997, section 7.4; 2 × substring ÷ (candidate + reference)"),
        (candidate, reference) => EditLimits.Within(candidate, reference, EditLimits.Cells, (a, b) => Share(a, b, Substring)));

    private delegate int SharedLength(ReadOnlySpan<int> first, ReadOnlySpan<int> second);

    /// <summary>How long the longest common subsequence is.</summary>
    public static int Subsequence(string first, string second)
    {
        using var one = new ScalarText(first);
        using var two = new ScalarText(second);
        return Subsequence(one.Values, two.Values);
    }

    /// <summary>How long the longest common substring is.</summary>
    public static int Substring(string first, string second)
    {
        using var one = new ScalarText(first);
        using var two = new ScalarText(second);
        return Substring(one.Values, two.Values);
    }

    /// <summary>How long the longest common subsequence of two sequences of symbols is.</summary>
    public static int Subsequence(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        if (first.Length > second.Length)
        {
            var longer = first;
            first = second;
            second = longer;
        }

        var masks = new BlockMasks(stackalloc ulong[BlockMasks.Slots], stackalloc ulong[BlockMasks.Slots], stackalloc int[BlockMasks.Slots]);
        var rented = ArrayPool<byte>.Shared.Rent(second.Length);
        var carries = rented.AsSpan(0, second.Length);
        carries.Clear();
        var length = 0;
        for (var start = 0; start < first.Length; start += BlockMasks.Bits)
        {
            var block = first.Slice(start, Math.Min(BlockMasks.Bits, first.Length - start));
            masks.Load(block);

            // A zero marks a row in which the shared length rises.
            var bits = ulong.MaxValue;
            for (var j = 0; j < second.Length; j++)
            {
                var hit = bits & masks[second[j]];
                var sum = bits + hit;
                var overflow = sum < bits ? 1 : 0;
                var carried = sum + carries[j];
                overflow += carried < sum ? 1 : 0;
                carries[j] = (byte)overflow;
                bits = carried | (bits & ~hit);
            }

            var rows = block.Length == BlockMasks.Bits ? ulong.MaxValue : (1UL << block.Length) - 1;
            length += BitOperations.PopCount(~bits & rows);
        }

        ArrayPool<byte>.Shared.Return(rented);
        return length;
    }

    /// <summary>How long the longest unbroken stretch is that stands in both sequences of symbols.</summary>
    public static int Substring(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        var rented = ArrayPool<int>.Shared.Rent(second.Length);
        var ends = rented.AsSpan(0, second.Length);
        ends.Clear();
        var longest = 0;
        foreach (var symbol in first)
        {
            var before = 0;
            for (var j = 0; j < ends.Length; j++)
            {
                var length = symbol == second[j] ? before + 1 : 0;
                before = ends[j];
                ends[j] = length;
                longest = Math.Max(longest, length);
            }
        }

        ArrayPool<int>.Shared.Return(rented);
        return longest;
    }

    private static double Share(string first, string second, SharedLength shared)
    {
        using var one = new ScalarText(first);
        using var two = new ScalarText(second);
        var both = one.Values.Length + two.Values.Length;
        return both == 0 ? 1 : 2.0 * shared(one.Values, two.Values) / both;
    }
}
