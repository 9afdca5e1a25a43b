using Gyre.Tensors.Kernels;
using Gyre.Tensors.Tests.Reference;

namespace Gyre.Tensors.Tests.Kernels;

/// <summary>Each function against its twin in double precision, at lengths around those of vectors.</summary>
[Trait("kernel", "true")]
public sealed unsafe class ActivationRowTests
{
    public static TheoryData<ActivationFunction> Functions => [.. Enum.GetValues<ActivationFunction>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_row_equals_its_scalar_twin(ActivationFunction function)
    {
        foreach (var count in (int[])[0, 1, 7, 8, 15, 16, 17, 100])
        {
            float[] x = [.. Enumerable.Range(0, count).Select(i => (i - (count / 2)) * 0.37f)];
            var actual = x.ToArray();
            fixed (float* first = actual)
            {
                ActivationRow.Apply(function, first, count);
            }

            for (var i = 0; i < count; i++)
            {
                ((double)actual[i]).ShouldBe(Twin(function, x[i]), 1e-6 * Math.Max(1, Math.Abs(x[i])), $"f({x[i]})");
            }
        }
    }

    [Fact]
    public void An_unknown_function_is_refused()
    {
        var x = new float[1];
        Should.Throw<ArgumentOutOfRangeException>(() =>
        {
            fixed (float* first = x)
            {
                ActivationRow.Apply((ActivationFunction)99, first, 1);
            }
        });
    }

    private static double Twin(ActivationFunction function, double x) => function switch
    {
        ActivationFunction.Silu => Twins.Silu(x),
        ActivationFunction.Gelu => Twins.Gelu(x),
        ActivationFunction.GeluTanh => Twins.GeluTanh(x),
        ActivationFunction.QuickGelu => x * Twins.Sigmoid(1.702 * x),
        ActivationFunction.Relu => Math.Max(x, 0),
        ActivationFunction.Tanh => Math.Tanh(x),
        _ => x,
    };
}
