using Gyre.Contracts;
using Gyre.Training.Kernels;

namespace Gyre.Training.Tests.Kernels;

public class AdamWKernelTests
{
    private static readonly AdamWKernel.Coefficients Coefficients = new(0.7f, 0.9f, 0.1f, 0.95f, 0.05f, 1e-8f, 3e-3f, 1.7f, 0.9997f);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1003)]
    public void Vectors_and_the_scalar_twin_give_the_same_bits(int length)
    {
        var (w, g, m, v) = (Draw(1), Draw(2), Draw(3), Draw(4).Select(x => x * x).ToArray());
        var (w2, m2, v2) = ((float[])w.Clone(), (float[])m.Clone(), (float[])v.Clone());

        AdamWKernel.Update(w, g, m, v, Coefficients);
        AdamWKernel.UpdateScalar(w2, g, m2, v2, Coefficients);

        Bits(w).ShouldBe(Bits(w2));
        Bits(m).ShouldBe(Bits(m2));
        Bits(v).ShouldBe(Bits(v2));

        float[] Draw(ulong seed)
        {
            var random = new SeededRandom(seed);
            return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian())];
        }
    }

    [Fact]
    public void The_sum_of_squares_is_exact_for_small_integers()
    {
        var values = Enumerable.Range(1, 1001).Select(i => (float)i).ToArray();

        AdamWKernel.SumOfSquares(values).ShouldBe(1001.0 * 1002 * 2003 / 6);
        AdamWKernel.SumOfSquares([]).ShouldBe(0);
    }

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
