using Gyre.Contracts;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Autodiff;

public sealed class TapeQuantizationTests
{
    [Theory]
    [InlineData(ElementFormat.Q4_0)]
    [InlineData(ElementFormat.Q8_0)]
    [InlineData(ElementFormat.Q6_K)]
    public void A_matrix_reads_as_it_is_stored_and_its_gradient_passes_through(ElementFormat format)
    {
        const int Rows = 70;
        const int Columns = 512; // More than one member's share.
        var random = new SeededRandom(3);
        var values = Enumerable.Range(0, Rows * Columns).Select(_ => (float)random.NextGaussian()).ToArray();
        var expected = new float[values.Length];
        var bytes = new byte[FormatTraits.LengthBytes(format, values.Length)];
        Blocks.Quantise(format, values, bytes);
        Blocks.Dequantise(format, bytes, expected);
        foreach (var threads in (int[])[1, 3])
        {
            using var team = new ThreadTeam(threads);
            using var pool = new TensorPool();
            using var tape = new Tape(team, pool, isRecording: true);
            var weight = pool.Rent(Rows, Columns);
            values.CopyTo(weight.Span);
            weight.RequiresGradient = true;
            var gradient = values.Select(value => value * 3).ToArray();

            var rounded = tape.FakeQuantize(weight, format);

            rounded.Span.ToArray().ShouldBe(expected);
            tape.Backward(rounded, gradient);
            weight.Gradient.ShouldNotBeNull().ToArray().ShouldBe(gradient);
        }
    }

    [Fact]
    public void Rows_that_do_not_fill_blocks_and_strides_are_refused()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);

        Should.Throw<TensorException>(() => tape.FakeQuantize(pool.RentZeroed(4, 48), ElementFormat.Q4_0)).Code.ShouldBe("TEN0102");
        Should.Throw<ArgumentException>(() => tape.FakeQuantize(pool.RentZeroed(32), ElementFormat.Q4_0));
    }
}
