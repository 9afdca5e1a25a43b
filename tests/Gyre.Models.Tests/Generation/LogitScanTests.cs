using Gyre.Contracts;
using Gyre.Models.Generation;

namespace Gyre.Models.Tests.Generation;

/// <summary>The vectorised scan against a plain loop, at lengths around those of the vectors.</summary>
[Trait("kernel", "true")]
public class LogitScanTests
{
    public static TheoryData<int> Lengths => [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1000, 32_003];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void The_largest_value_equals_its_scalar_twin(int length)
    {
        foreach (var offset in new[] { 0f, -50f, 50f })
        {
            var values = Random(length, offset);
            var (index, maximum) = Twin(values);

            LogitScan.Max(values).ShouldBe(maximum);
            LogitScan.IndexOfMax(values).ShouldBe(index);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void The_largest_value_is_found_at_every_place(int length)
    {
        var values = Random(length, -9f);
        for (var i = 0; i < length; i += length > 100 ? 97 : 1)
        {
            var kept = values[i];
            values[i] = 100f;

            LogitScan.Max(values).ShouldBe(100f, $"place {i}");
            LogitScan.IndexOfMax(values).ShouldBe(i);
            values[i] = kept;
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Of_equal_largest_values_the_first_counts(int length)
    {
        var values = Random(length, 0f);
        for (var first = 0; first < Math.Min(length, 40); first++)
        {
            var changed = values.ToArray();
            changed[first] = changed[^1] = changed[(first + length) / 2] = 77f;

            LogitScan.IndexOfMax(changed).ShouldBe(first);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void One_value_that_is_not_a_number_makes_the_largest_not_a_number(int length)
    {
        var values = Random(length, 0f);
        for (var i = 0; i < length; i += length > 100 ? 97 : 1)
        {
            var kept = values[i];
            values[i] = float.NaN;

            LogitScan.Max(values).ShouldBe(float.NaN, $"place {i}");
            values[i] = kept;
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Hidden_logits_lose_against_any_other(int length)
    {
        var values = Enumerable.Repeat(float.NegativeInfinity, length).ToArray();
        LogitScan.Max(values).ShouldBe(float.NegativeInfinity);
        LogitScan.IndexOfMax(values).ShouldBe(length == 0 ? -1 : 0);
        if (length > 0)
        {
            values[length / 2] = float.MinValue;

            LogitScan.Max(values).ShouldBe(float.MinValue);
            LogitScan.IndexOfMax(values).ShouldBe(length / 2);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Infinity_is_the_largest(int length)
    {
        var values = Random(length, 0f);
        for (var i = 0; i < length; i += length > 100 ? 97 : 1)
        {
            var changed = values.ToArray();
            changed[i] = float.PositiveInfinity;

            LogitScan.IndexOfMax(changed).ShouldBe(i);
        }
    }

    private static (int Index, float Maximum) Twin(float[] values)
    {
        var (index, maximum) = (-1, float.NegativeInfinity);
        for (var i = 0; i < values.Length; i++)
        {
            if (index < 0 || values[i] > maximum)
            {
                (index, maximum) = (i, values[i]);
            }
        }

        return (index, maximum);
    }

    private static float[] Random(int length, float offset)
    {
        var random = new SeededRandom((ulong)(1 + length));
        return Enumerable.Range(0, length).Select(_ => (float)(random.NextGaussian() * 5) + offset).ToArray();
    }

    [Fact]
    public void The_largest_of_a_mask_is_the_largest_of_its_values_alone()
    {
        var random = new SeededRandom(8);
        foreach (var length in (int[])[1, 63, 64, 65, 200, 1000])
        {
            for (var round = 0; round < 60; round++)
            {
                // Few distinct values, so that ties are usual; now and then one that is no number, or none that is finite.
                var values = Enumerable.Range(0, length).Select(_ => MathF.Round((float)random.NextGaussian() * 2)).ToArray();
                var share = random.NextDouble() * random.NextDouble();
                var mask = new ulong[(length / 64) + 1 + (round % 2)];
                foreach (var i in Enumerable.Range(0, mask.Length * 64).Where(_ => random.NextDouble() < share))
                {
                    mask[i >> 6] |= 1UL << i;
                }

                if (round % 5 == 0)
                {
                    values[(int)(random.NextDouble() * length)] = float.NaN;
                }
                else if (round % 7 == 0)
                {
                    values.AsSpan().Fill(float.NegativeInfinity);
                }

                var allowed = Enumerable.Range(0, length).Where(i => (mask[i >> 6] & (1UL << i)) != 0).ToArray();
                var expected = allowed.Length == 0 ? -1 : allowed[LogitScan.IndexOfMax([.. allowed.Select(i => values[i])])];

                LogitScan.IndexOfMax(values, mask).ShouldBe(expected);
            }
        }
    }
}
