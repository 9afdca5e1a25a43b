using Gyre.Contracts;
using Gyre.Models.Architectures.Kernels;

namespace Gyre.Models.Tests.Architectures.Kernels;

/// <summary>Each kernel against its scalar twin in double precision, at widths around the vector lengths.</summary>
[Trait("kernel", "true")]
public sealed unsafe class RowKernelsTests
{
    public static TheoryData<int> Widths => [1, 2, 7, 8, 9, 16, 31, 48, 64, 100, 576];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Rms_norm_equals_its_scalar_twin(int width)
    {
        var (x, gain) = (Random(width, 1), Random(width, 2));
        var actual = new float[width];
        fixed (float* px = x, pg = gain, pa = actual)
        {
            RowKernels.RmsNorm(px, pg, width, 1e-5f, pa);
        }

        var scale = 1 / Math.Sqrt((x.Sum(value => (double)value * value) / width) + 1e-5);
        Close(actual, i => x[i] * scale * gain[i]);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Layer_norm_equals_its_scalar_twin(int width)
    {
        var (x, gain, bias) = (Random(width, 21), Random(width, 22), Random(width, 23));
        var (actual, unbiased) = (new float[width], x.ToArray());
        fixed (float* px = x, pg = gain, pb = bias, pa = actual, pu = unbiased)
        {
            RowKernels.LayerNorm(px, pg, pb, width, 1e-3f, pa);
            RowKernels.LayerNorm(pu, pg, null, width, 1e-3f, pu);
        }

        var mean = x.Average(value => (double)value);
        var scale = 1 / Math.Sqrt((x.Sum(value => (value - mean) * (value - mean)) / width) + 1e-3);
        Close(actual, i => ((x[i] - mean) * scale * gain[i]) + bias[i]);
        Close(unbiased, i => (x[i] - mean) * scale * gain[i]);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Scaling_and_products_equal_their_scalar_twins(int width)
    {
        var (x, y) = (Random(width, 24), Random(width, 25));
        var actual = x.ToArray();
        fixed (float* pa = actual, py = y)
        {
            RowKernels.Scale(pa, 3.5f, width);
            RowKernels.Multiply(pa, py, width);
            RowKernels.Add(pa, py, width);
        }

        Close(actual, i => (3.5 * x[i] * y[i]) + y[i]);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Rotation_equals_its_scalar_twin(int pairs)
    {
        var (head, angles) = (Random(2 * pairs, 3), Random(pairs, 4));
        var actual = head.ToArray();
        var (cosines, sines) = (Array.ConvertAll(angles, MathF.Cos), Array.ConvertAll(angles, MathF.Sin));
        fixed (float* pa = actual, pc = cosines, ps = sines)
        {
            RowKernels.Rotate(pa, pc, ps, pairs);
        }

        Close(actual, i => i < pairs
            ? (head[i] * (double)cosines[i]) - (head[i + pairs] * (double)sines[i])
            : (head[i] * (double)cosines[i - pairs]) + (head[i - pairs] * (double)sines[i - pairs]));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Gated_silu_equals_its_scalar_twin(int width)
    {
        var (gate, up) = (Array.ConvertAll(Random(width, 5), value => value * 40), Random(width, 6));
        var actual = gate.ToArray();
        fixed (float* pa = actual, pu = up)
        {
            RowKernels.SiluMultiply(pa, pu, width);
        }

        Close(actual, i => gate[i] / (1 + Math.Exp(-gate[i])) * up[i]);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Columns_outside_the_slice_are_left_alone(int width)
    {
        var (matrix, vector) = (Random(3 * width, 7), Random(width, 8));
        var (first, end) = (width / 3, width - (width / 4));
        var actual = matrix.ToArray();
        fixed (float* pa = actual, pv = vector, pm = matrix)
        {
            RowKernels.AddToColumns(pa, 3, width, pv, first, end);
            RowKernels.AddColumns(pa, pm, 3, width, first, end);
        }

        Close(actual, i => i % width >= first && i % width < end ? (2.0 * matrix[i]) + vector[i % width] : matrix[i]);
    }

    [Theory]
    [InlineData(float.NaN, 3)]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(float.NegativeInfinity, 40)]
    public void A_number_that_is_not_finite_is_found_wherever_it_is(float value, int index)
    {
        var numbers = Random(41, 12);
        numbers[7] = float.MaxValue;
        FiniteScan.IsFinite(numbers).ShouldBeTrue();
        numbers[index] = value;
        FiniteScan.IsFinite(numbers).ShouldBeFalse();
    }

    private static float[] Random(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    private static void Close(float[] actual, Func<int, double> expected)
    {
        for (var i = 0; i < actual.Length; i++)
        {
            var wanted = expected(i);
            ((double)actual[i]).ShouldBe(wanted, 2e-6 * Math.Max(1, Math.Abs(wanted)), $"index {i}");
        }
    }
}
