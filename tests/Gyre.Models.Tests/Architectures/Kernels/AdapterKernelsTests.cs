using Gyre.Contracts;
using Gyre.Models.Architectures.Kernels;

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
        var actual = new float[rank];
        fixed (float* pd = down, px = x, pa = actual)
        {
            AdapterKernels.Narrow(pd, rank, width, px, 0.5f, pa);
        }

        for (var r = 0; r < rank; r++)
        {
            var expected = 0.5 * Enumerable.Range(0, width).Sum(c => (double)down[(r * width) + c] * x[c]);
            ((double)actual[r]).ShouldBe(expected, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_wide_product_equals_its_scalar_twin(int rank, int outputs)
    {
        var groups = (outputs + 15) / 16;
        var (up, narrow, gain, offset, y) = (Random(groups * 16 * rank, 3), Random(rank, 4), Random(outputs, 5), Random(outputs, 6), Random(outputs, 7));
        foreach (var (hasGain, hasOffset) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var actual = y.ToArray();
            fixed (float* pu = up, pn = narrow, pg = gain, po = offset, pa = actual)
            {
                AdapterKernels.Widen(pu, rank, pn, hasGain ? pg : null, hasOffset ? po : null, pa, 0, outputs);
            }

            for (var o = 0; o < outputs; o++)
            {
                var sum = Enumerable.Range(0, rank).Sum(r => (double)up[(o / 16 * 16 * rank) + (r * 16) + (o % 16)] * narrow[r]);
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
        var (up, narrow, y) = (Random(96 * rank, 8), Random(rank, 9), Random(outputs, 10));
        var (whole, parts) = (y.ToArray(), y.ToArray());
        fixed (float* pu = up, pn = narrow, pw = whole, pp = parts)
        {
            AdapterKernels.Widen(pu, rank, pn, null, null, pw, 0, outputs);
            AdapterKernels.Widen(pu, rank, pn, null, null, pp, 32, outputs);
            AdapterKernels.Widen(pu, rank, pn, null, null, pp, 0, 16);
            AdapterKernels.Widen(pu, rank, pn, null, null, pp, 16, 32);
        }

        parts.ShouldBe(whole);
    }

    [Fact]
    public void A_row_of_the_narrow_product_has_the_bits_that_it_has_alone()
    {
        var (down, x) = (Random(7 * 50, 11), Random(50, 12));
        var (together, alone) = (new float[7], new float[7]);
        fixed (float* pd = down, px = x, pt = together, pa = alone)
        {
            AdapterKernels.Narrow(pd, 7, 50, px, 1.5f, pt);
            for (var r = 0; r < 7; r++)
            {
                AdapterKernels.Narrow(pd + (r * 50), 1, 50, px, 1.5f, pa + r);
            }
        }

        together.ShouldBe(alone);
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

    private static float[] Random(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
