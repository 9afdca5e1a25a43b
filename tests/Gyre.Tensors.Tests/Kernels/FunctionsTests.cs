using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Tests.Reference;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Kernels;

/// <summary>The elementary functions over their whole range, not only where gradients are checked.</summary>
[Trait("kernel", "true")]
public class FunctionsTests
{
    [Fact]
    public void Exponentials_hold_their_relative_error_from_underflow_to_overflow()
    {
        var x = Enumerable.Range(0, 20_000).Select(i => -87f + (i * (175.5f / 20_000))).ToArray();
        var y = Compute(x, (tape, t) => tape.Exp(t));
        for (var i = 0; i < x.Length; i++)
        {
            (y[i] / Math.Exp(x[i])).ShouldBe(1.0, 3e-7, $"e^{x[i]}");
        }
    }

    [Fact]
    public void Exponentials_of_extremes_are_exact()
    {
        var y = Compute([float.NegativeInfinity, -200f, 0f, 89f, 1000f, float.PositiveInfinity, float.NaN, -103.5f], (tape, t) => tape.Exp(t));
        y.ShouldBe([0f, 0f, 1f, float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity, float.NaN, MathF.Exp(-103.5f)]);
    }

    [Fact]
    public void Bounded_functions_hold_their_absolute_error()
    {
        var x = Enumerable.Range(0, 20_000).Select(i => -10f + (i * 1e-3f)).ToArray();
        Check(x, (tape, t) => tape.Tanh(t), Math.Tanh);
        Check(x, (tape, t) => tape.Erf(t), Twins.Erf);
        Check(x, (tape, t) => tape.Sigmoid(t), Twins.Sigmoid);
    }

    [Fact]
    public void Bounded_functions_saturate_and_pass_nan_on()
    {
        float[] x = [float.NegativeInfinity, -1e30f, 1e30f, float.PositiveInfinity, float.NaN];
        Compute(x, (tape, t) => tape.Tanh(t)).ShouldBe([-1f, -1f, 1f, 1f, float.NaN]);
        Compute(x, (tape, t) => tape.Erf(t)).ShouldBe([-1f, -1f, 1f, 1f, float.NaN]);
        Compute(x, (tape, t) => tape.Sigmoid(t)).ShouldBe([0f, 0f, 1f, 1f, float.NaN]);
        Compute([-1e30f, 1e30f, float.NaN], (tape, t) => tape.Silu(t)).ShouldBe([0f, 1e30f, float.NaN]);
    }

    private static void Check(float[] x, Func<Tape, Tensor, Tensor> function, Func<double, double> twin)
    {
        var y = Compute(x, function);
        for (var i = 0; i < x.Length; i++)
        {
            ((double)y[i]).ShouldBe(twin(x[i]), 3e-7, $"at {x[i]}");
        }
    }

    private static float[] Compute(float[] x, Func<Tape, Tensor, Tensor> function)
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: false);
        using var tensor = pool.Rent(x.Length);
        tensor.CopyFrom(x);
        return function(tape, tensor).ToArray();
    }
}
