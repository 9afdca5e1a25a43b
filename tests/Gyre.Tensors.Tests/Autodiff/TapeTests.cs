using Gyre.Contracts;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Autodiff;

public class TapeTests
{
    [Fact]
    public void Gradients_add_up_until_zeroed()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        using var x = pool.Rent(3);
        x.CopyFrom([1f, 2f, 3f]);
        x.RequiresGradient = true;
        for (var i = 0; i < 2; i++)
        {
            tape.Backward(tape.Sum(tape.Multiply(x, x)));
            tape.Reset();
        }

        x.Gradient.ShouldNotBeNull().ToArray().ShouldBe([4f, 8f, 12f]);
        x.ZeroGradient();
        x.Gradient.ToArray().ShouldBe([0f, 0f, 0f]);
    }

    [Fact]
    public void Without_recording_nothing_is_kept_and_backward_says_why()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: false);
        using var x = pool.RentZeroed(3);
        x.RequiresGradient = true;
        var y = tape.Sum(tape.Exp(x));

        tape.OperationCount.ShouldBe(0);
        y[[]].ShouldBe(3f);
        Should.Throw<InvalidOperationException>(() => tape.Backward(y)).Message.ShouldContain("does not record");
    }

    [Fact]
    public void Frozen_inputs_get_no_gradient()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        using var x = pool.RentZeroed(2, 3);
        using var w = pool.RentZeroed(4, 3);
        w.RequiresGradient = true;
        tape.Backward(tape.Sum(tape.Linear(x, w)));

        x.Gradient.ShouldBeNull();
        w.Gradient.ShouldNotBeNull();
    }

    [Fact]
    public void A_loss_of_several_numbers_is_refused()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        using var x = pool.RentZeroed(2, 3);
        x.RequiresGradient = true;

        Should.Throw<ArgumentException>(() => tape.Backward(tape.Exp(x))).Message.ShouldContain("[2, 3]");
    }

    [Fact]
    public void Shape_errors_name_the_operation_and_both_shapes()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        using var a = pool.RentZeroed(2, 3);
        using var b = pool.RentZeroed(4, 5);

        foreach (var (name, act) in new (string, Action)[]
        {
            ("Add", () => tape.Add(a, b)), ("MatMul", () => tape.MatMul(a, b)), ("Linear", () => tape.Linear(a, b)),
            ("SwiGlu", () => tape.SwiGlu(a, b)), ("RmsNorm", () => tape.RmsNorm(a, b, 0)), ("Concat", () => tape.Concat([a, b], 0)),
            ("LinearCrossEntropy", () => tape.LinearCrossEntropy(a, b, [0, 0])),
        })
        {
            var message = Should.Throw<ArgumentException>(act).Message;
            message.ShouldStartWith(name + ":");
            message.ShouldContain("[2, 3]");
            message.ShouldContain("[4, 5]");
        }

        Should.Throw<ArgumentOutOfRangeException>(() => tape.Embedding(a, [0, 2])).Message.ShouldContain("row 2 at position 1, expected 0 to 1");
        Should.Throw<ArgumentOutOfRangeException>(() => tape.CrossEntropy(a, [0, 3])).Message.ShouldContain("target 3 at row 1, expected 0 to 2");
        Should.Throw<ArgumentException>(() => tape.CrossEntropy(a, [Tape.IgnoredTarget, Tape.IgnoredTarget])).Message.ShouldContain("divisor");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_small_decoder_learns_and_a_step_allocates_nothing(bool checkpoints)
    {
        var losses = Train(1, checkpoints, out var allocated, out var nativeAllocations);
        losses[^1].ShouldBeLessThan(0.2f * losses[0]);
        allocated.ShouldBe(0);
        nativeAllocations.ShouldBe(0);
        Train(3, checkpoints, out _, out _).ShouldBe(losses);
    }

    [Fact]
    public void Checkpoints_do_not_change_a_bit_of_training() =>
        Train(2, checkpoints: true, out _, out _).ShouldBe(Train(2, checkpoints: false, out _, out _));

    private static float[] Train(int threads, bool checkpoints, out long allocated, out long nativeAllocations)
    {
        using var team = new ThreadTeam(threads);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        var model = new SmallDecoder(pool, checkpoints);
        var random = new SeededRandom(3);
        var tokens = Enumerable.Range(0, 2 * SmallDecoder.Length).Select(_ => random.NextInt32(SmallDecoder.Vocabulary)).ToArray();
        var targets = tokens.Select((_, i) => i % SmallDecoder.Length == SmallDecoder.Length - 1 ? Tape.IgnoredTarget : tokens[i + 1]).ToArray();
        var losses = new float[40];
        (allocated, nativeAllocations) = (0, 0);
        for (var step = 0; step < losses.Length; step++)
        {
            var (managed, native) = (GC.GetAllocatedBytesForCurrentThread(), pool.NativeAllocations);
            var loss = model.Loss(tape, tokens, targets);
            losses[step] = loss[[]];
            tape.Backward(loss);
            tape.Reset();
            model.Update(team, step + 1);
            if (step >= 2)
            {
                allocated += GC.GetAllocatedBytesForCurrentThread() - managed;
                nativeAllocations += pool.NativeAllocations - native;
            }
        }

        return losses;
    }
}
