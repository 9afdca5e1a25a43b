using System.Buffers;

namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>Damerau's distances: edits of single symbols and the exchange of two neighbours.</summary>
/// <remarks>
/// Over Unicode scalar values. The optimal string alignment edits no symbol twice ("ca" → "abc" is 3) and is no metric in the
/// mathematical sense; the unrestricted distance may (2).
/// <para>Cost: first × second steps; memory is rented, as long as the second text.</para>
/// <para>Source: F. Damerau 1964; R. Lowrance and R. Wagner 1975; the linear memory of C. Zhao and S. Sahni 2019.</para>
/// </remarks>
public static class Damerau
{
    private const string Source = "Damerau 1964; Lowrance and Wagner 1975; equals jellyfish damerau_levenshtein_distance";

    /// <summary><c>damerau</c>: the mean unrestricted distance to the nearest reference.</summary>
    public static IMetric<TextSample> DistanceMetric { get; } = BestReference.Mean(
        "damerau",
        new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Count, 0, double.PositiveInfinity, Source),
        (candidate, reference) => EditLimits.Within(candidate, reference, EditLimits.Cells, (a, b) => Distance(a, b)));

    /// <summary><c>damerau-osa</c>: the mean distance of the optimal string alignment to the nearest reference.</summary>
    public static IMetric<TextSample> AlignmentMetric { get; } = BestReference.Mean(
        "damerau-osa",
        new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Count, 0, double.PositiveInfinity, "Damerau 1964, optimal string alignment"),
        (candidate, reference) => EditLimits.Within(candidate, reference, EditLimits.Cells, (a, b) => AlignmentDistance(a, b)));

    /// <summary>The unrestricted distance.</summary>
    public static int Distance(string first, string second)
    {
        using var one = new ScalarText(first);
        using var two = new ScalarText(second);
        return Unrestricted(one.Values, two.Values);
    }

    /// <summary>The distance of the optimal string alignment.</summary>
    public static int AlignmentDistance(string first, string second)
    {
        using var one = new ScalarText(first);
        using var two = new ScalarText(second);
        return Alignment(one.Values, two.Values);
    }

    private static int Alignment(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        CommonEnds.Trim(ref first, ref second);
        var width = second.Length + 1;
        var rented = ArrayPool<int>.Shared.Rent(3 * width);
        var older = rented.AsSpan(0, width);
        var above = rented.AsSpan(width, width);
        var row = rented.AsSpan(2 * width, width);
        for (var j = 0; j < width; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= first.Length; i++)
        {
            var free = older;
            older = above;
            above = row;
            row = free;
            row[0] = i;
            for (var j = 1; j < width; j++)
            {
                var cell = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1));
                row[j] = i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1] ? Math.Min(cell, older[j - 2] + 1) : cell;
            }
        }

        var distance = row[^1];
        ArrayPool<int>.Shared.Return(rented);
        return distance;
    }

    private static int Unrestricted(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        CommonEnds.Trim(ref first, ref second);

        // An exchange with anything between its two ends is optimal only when one of the two gaps is empty. So a column needs the
        // row of its symbol's last match alone, and a row the column of its own last match.
        var width = second.Length + 2;
        var never = first.Length + second.Length + 1;
        using var slots = new SymbolSlots(second);
        var rented = ArrayPool<int>.Shared.Rent((4 * width) + slots.Count);
        var columnSlots = rented.AsSpan(3 * width, second.Length);
        var lastRows = rented.AsSpan(4 * width, slots.Count);
        lastRows.Fill(-never);
        for (var j = 0; j < second.Length; j++)
        {
            columnSlots[j] = slots[second[j]];
        }

        var beforeMatch = rented.AsSpan(0, width);
        var above = rented.AsSpan(width, width);
        var row = rented.AsSpan(2 * width, width);
        beforeMatch.Fill(never);
        above.Fill(never);
        row[0] = never;
        for (var j = 0; j <= second.Length; j++)
        {
            row[j + 1] = j;
        }

        // Index j + 1 holds column j; index 0 holds a column before the first that nothing may come from.
        for (var i = 1; i <= first.Length; i++)
        {
            var free = above;
            above = row;
            row = free;
            var twoAbove = row[1];
            var (matchColumn, beforeRowMatch) = (-1, never);
            row[0] = never;
            row[1] = i;
            for (var j = 1; j <= second.Length; j++)
            {
                var same = first[i - 1] == second[j - 1];
                var cell = Math.Min(Math.Min(row[j], above[j + 1]) + 1, above[j] + (same ? 0 : 1));
                if (same)
                {
                    matchColumn = j;
                    beforeMatch[j + 1] = above[j - 1];
                    beforeRowMatch = twoAbove;
                }
                else
                {
                    var matchRow = lastRows[columnSlots[j - 1]];
                    if (j - matchColumn == 1)
                    {
                        cell = Math.Min(cell, beforeMatch[j + 1] + i - matchRow);
                    }
                    else if (i - matchRow == 1 && matchColumn > 0)
                    {
                        cell = Math.Min(cell, beforeRowMatch + j - matchColumn);
                    }
                }

                twoAbove = row[j + 1];
                row[j + 1] = cell;
            }

            // A symbol that the second text lacks may share nothing but an empty slot, which no column asks for.
            if (slots[first[i - 1]] is >= 0 and var slot)
            {
                lastRows[slot] = i;
            }
        }

        var distance = row[second.Length + 1];
        ArrayPool<int>.Shared.Return(rented);
        return distance;
    }
}
