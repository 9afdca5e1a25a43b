using Gyre.Contracts;
using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Architectures.Kernels;

/// <summary>Each kernel against its scalar twin in double precision, at widths around the vector lengths.</summary>
[Trait("kernel", "true")]
public sealed unsafe class AdapterKernelsTests
{
    public static MatrixTheoryData<int, int> Shapes => new([1, 3, 4, 8, 13], [1, 7, 8, 16, 31, 64, 100]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_narrow_product_equals_its_scalar_twin(int rank, int width)
    {
        var (down, x) = (Random(rank * width, 1), Random(width, 2));
        foreach (var isShort in new[] { false, true })
        {
            var actual = Narrow(down, rank, width, x, isShort);
            for (var r = 0; r < rank; r++)
            {
                var expected = 0.5 * Enumerable.Range(0, width).Sum(c => Kept(down[(r * width) + c], isShort) * x[c]);
                ((double)actual[r]).ShouldBe(expected, 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_wide_product_equals_its_scalar_twin(int rank, int outputs)
    {
        var (up, narrow, gain, offset, y) = (Random(outputs * rank, 3), Random(rank, 4), Random(outputs, 5), Random(outputs, 6), Random(outputs, 7));
        foreach (var (hasGain, hasOffset, isShort) in new[] { (false, false, false), (true, false, true), (false, true, false), (true, true, true) })
        {
            var actual = y.ToArray();
            fixed (byte* pu = UpOf(up, rank, outputs, isShort))
            {
                fixed (float* pn = narrow, pg = gain, po = offset, pa = actual)
                {
                    AdapterKernels.Widen(pu, isShort, rank, pn, hasGain ? pg : null, hasOffset ? po : null, pa, 0, outputs);
                }
            }

            for (var o = 0; o < outputs; o++)
            {
                var sum = Enumerable.Range(0, rank).Sum(r => Kept(up[(o * rank) + r], isShort) * narrow[r]);
                var expected = (y[o] * (hasGain ? (double)gain[o] : 1)) + (hasOffset ? offset[o] : 0) + sum;
                ((double)actual[o]).ShouldBe(expected, 1e-5);
            }
        }
    }

    [Fact]
    public void Outputs_have_the_same_bits_however_they_are_divided()
    {
        const int outputs = 90;
        const int rank = 5;
        var (narrow, y) = (Random(rank, 9), Random(outputs, 10));
        var (whole, parts) = (y.ToArray(), y.ToArray());
        fixed (byte* pu = UpOf(Random(outputs * rank, 8), rank, outputs, isShort: true))
        {
            fixed (float* pn = narrow, pw = whole, pp = parts)
            {
                AdapterKernels.Widen(pu, true, rank, pn, null, null, pw, 0, outputs);
                AdapterKernels.Widen(pu, true, rank, pn, null, null, pp, 32, outputs);
                AdapterKernels.Widen(pu, true, rank, pn, null, null, pp, 0, 16);
                AdapterKernels.Widen(pu, true, rank, pn, null, null, pp, 16, 32);
            }
        }

        parts.ShouldBe(whole);
    }

    [Fact]
    public void A_row_of_the_narrow_product_has_the_bits_that_it_has_alone()
    {
        var (down, x) = (Random(7 * 50, 11), Random(50, 12));
        var together = Narrow(down, 7, 50, x, isShort: false);
        for (var r = 0; r < 7; r++)
        {
            Narrow(down[(r * 50)..((r + 1) * 50)], 1, 50, x, isShort: false)[0].ShouldBe(together[r]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(29)]
    public void Adding_scaled_numbers_equals_its_scalar_twin(int count)
    {
        var (x, y) = (Random(count, 13), Random(count, 14));
        var actual = y.ToArray();
        fixed (float* px = x, pa = actual)
        {
            AdapterKernels.AddScaled(pa, px, 2.5f, count);
        }

        for (var i = 0; i < count; i++)
        {
            ((double)actual[i]).ShouldBe(y[i] + (2.5 * x[i]), 1e-6);
        }
    }

    private static float[] Narrow(float[] down, int rank, int width, float[] x, bool isShort)
    {
        var ordered = new float[AdapterKernels.DownLength(rank, width)];
        for (var i = 0; i < down.Length; i++)
        {
            ordered[AdapterKernels.DownIndex(i / width, i % width, width)] = down[i];
        }

        var actual = new float[rank];
        fixed (byte* pd = Stored(ordered, isShort))
        {
            fixed (float* px = x, pa = actual)
            {
                AdapterKernels.Narrow(pd, isShort, rank, width, px, 0.5f, pa);
            }
        }

        return actual;
    }

    private static byte[] UpOf(float[] up, int rank, int outputs, bool isShort)
    {
        var ordered = new float[AdapterKernels.UpLength(rank, outputs)];
        for (var i = 0; i < up.Length; i++)
        {
            ordered[AdapterKernels.UpIndex(i % rank, i / rank, rank)] = up[i];
        }

        return Stored(ordered, isShort);
    }

    private static byte[] Stored(float[] numbers, bool isShort)
    {
        var bytes = new byte[numbers.Length * (isShort ? sizeof(ushort) : sizeof(float))];
        Blocks.Quantise(isShort ? ElementFormat.BF16 : ElementFormat.F32, numbers, bytes);
        return bytes;
    }

    private static double Kept(float number, bool isShort)
    {
        var kept = new float[1];
        Blocks.Dequantise(isShort ? ElementFormat.BF16 : ElementFormat.F32, Stored([number], isShort), kept);
        return kept[0];
    }

    private static float[] Random(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
