using System.Buffers;
using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>The samples that two candidates both have a value for, side by side: [pair][first…, second…].</summary>
/// <remarks>Owns: a rented array, which goes back when it is disposed; at half a million rows one a comparison would double the memory of a run.</remarks>
internal sealed class SamplePairs : IDisposable
{
    private readonly double[] _values;

    private SamplePairs(double[] values, int count, int width) => (_values, Count, Width) = (values, count, width);

    public int Width { get; }

    public int Count { get; }

    /// <exception cref="ArgumentException">The tables differ in length or width.</exception>
    public static SamplePairs Of(SampleStatistics first, SampleStatistics second)
    {
        if (first.Count != second.Count || first.Width != second.Width)
        {
            throw new ArgumentException(
                $"Compare two candidates: found {first.Count} samples of {first.Width} statistics and {second.Count} of {second.Width}; expected the same samples and the same metric.", nameof(second));
        }

        var width = first.Width;
        var shared = 0;
        for (var i = 0; i < first.Count; i++)
        {
            shared += first.IsDefined(i) && second.IsDefined(i) ? 1 : 0;
        }

        var values = ArrayPool<double>.Shared.Rent(checked(shared * 2 * width));
        var place = values.AsSpan();
        for (var i = 0; i < first.Count; i++)
        {
            if (first.IsDefined(i) && second.IsDefined(i))
            {
                first[i].CopyTo(place);
                second[i].CopyTo(place[width..]);
                place = place[(2 * width)..];
            }
        }

        return new SamplePairs(values, shared, width);
    }

    public void Dispose() => ArrayPool<double>.Shared.Return(_values);

    public (double[] First, double[] Second) NewSums() => (new double[Width], new double[Width]);

    public MetricValue Value(MetricCombiner combine, bool isSecond)
    {
        if (Count == 0)
        {
            return MetricValue.Undefined(UndefinedCause.NoSamples, "no sample has a value for both candidates");
        }

        var sums = new double[Width];
        for (var pair = 0; pair < Count; pair++)
        {
            Add(Row(pair, isSecond), sums);
        }

        return combine(sums, Count);
    }

    /// <summary>True when the combination of a single statistic is its mean.</summary>
    public bool IsMean(MetricCombiner combine)
    {
        var sum = 0.0;
        for (var pair = 0; pair < Count; pair++)
        {
            sum += Row(pair, isSecond: false)[0];
        }

        // Two totals tell a mean from another function of the sum.
        return IsMeanOf(sum) && IsMeanOf(sum + Count);

        bool IsMeanOf(double total) => combine([total], Count) is { IsDefined: true } value && Math.Abs(value.Number - (total / Count)) <= 1e-12 * Math.Max(1, Math.Abs(total / Count));
    }

    /// <summary>The pairs' differences, second minus first, of a single statistic.</summary>
    public double[] Differences(int sign)
    {
        var differences = new double[Count];
        for (var pair = 0; pair < Count; pair++)
        {
            differences[pair] = sign * Difference(pair);
        }

        return differences;
    }

    /// <summary>The mean of the differences of a single statistic.</summary>
    public double Mean()
    {
        var sum = 0.0;
        for (var pair = 0; pair < Count; pair++)
        {
            sum += Difference(pair);
        }

        return sum / Count;
    }

    /// <summary>The standard deviation of the differences of a single statistic.</summary>
    public double Deviation()
    {
        var (mean, sum) = (Mean(), 0.0);
        for (var pair = 0; pair < Count; pair++)
        {
            sum += (Difference(pair) - mean) * (Difference(pair) - mean);
        }

        return Math.Sqrt(sum / (Count - 1));
    }

    /// <summary>The difference of a draw of pairs with replacement; NaN when one side has no value.</summary>
    public double Bootstrapped(SeededRandom random, (double[] First, double[] Second) sums, MetricCombiner combine)
    {
        Clear(sums);
        if (Width == 1)
        {
            // What most metrics are, and most of a large comparison's time: the same sums without the loops over one statistic.
            var (first, second) = (0.0, 0.0);
            for (var i = 0; i < Count; i++)
            {
                var pair = 2 * random.NextInt32(Count);
                first += _values[pair];
                second += _values[pair + 1];
            }

            (sums.First[0], sums.Second[0]) = (first, second);
            return Difference(sums, combine);
        }

        for (var i = 0; i < Count; i++)
        {
            var pair = random.NextInt32(Count);
            Add(Row(pair, isSecond: false), sums.First);
            Add(Row(pair, isSecond: true), sums.Second);
        }

        return Difference(sums, combine);
    }

    /// <summary>The difference after each pair changed places or not; NaN when one side has no value.</summary>
    public double Permuted(SeededRandom random, (double[] First, double[] Second) sums, MetricCombiner combine)
    {
        Clear(sums);
        var coins = 0UL;
        if (Width == 1)
        {
            var (first, second) = (0.0, 0.0);
            for (var pair = 0; pair < Count; pair++)
            {
                coins = pair % 64 == 0 ? random.NextUInt64() : coins >> 1;
                var coin = (int)(coins & 1);
                first += _values[(2 * pair) + coin];
                second += _values[(2 * pair) + 1 - coin];
            }

            (sums.First[0], sums.Second[0]) = (first, second);
            return Difference(sums, combine);
        }

        for (var pair = 0; pair < Count; pair++)
        {
            coins = pair % 64 == 0 ? random.NextUInt64() : coins >> 1;
            var isSwapped = (coins & 1) != 0;
            Add(Row(pair, isSwapped), sums.First);
            Add(Row(pair, !isSwapped), sums.Second);
        }

        return Difference(sums, combine);
    }

    private static void Clear((double[] First, double[] Second) sums)
    {
        Array.Clear(sums.First);
        Array.Clear(sums.Second);
    }

    private static void Add(ReadOnlySpan<double> row, double[] sums)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += row[i];
        }
    }

    private double Difference((double[] First, double[] Second) sums, MetricCombiner combine)
    {
        var (first, second) = (combine(sums.First, Count), combine(sums.Second, Count));
        return first.IsDefined && second.IsDefined ? second.Number - first.Number : double.NaN;
    }

    private double Difference(int pair) => _values[(2 * pair) + 1] - _values[2 * pair];

    private ReadOnlySpan<double> Row(int pair, bool isSecond) => _values.AsSpan(((2 * pair) + (isSecond ? 1 : 0)) * Width, Width);
}
