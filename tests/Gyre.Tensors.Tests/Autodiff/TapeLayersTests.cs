using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Tests.Reference;

namespace Gyre.Tensors.Tests.Autodiff;

[Trait("kernel", "true")]
public class TapeLayersTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 7)]
    [InlineData(33, 40, 17)]
    [InlineData(70, 64, 48)]
    public void Linear_agrees_with_its_twin(int rows, int inputs, int outputs) => new GradientCheck { GradientTolerance = 2e-5 }
        .Input([rows, inputs]).Input([outputs, inputs]).Input([outputs]).Input([rows, outputs])
        .Run(
            (tape, x) => tape.Linear(x[0], x[1], x[2], x[3]),
            x => Twins.Linear(x[0], x[1], inputs, outputs).Select((y, i) => y + x[2][i % outputs] + x[3][i]).ToArray());

    /// <summary>The inner step stands on the same input, so that gradients of both ways meet.</summary>
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(3, 5, 7, 2)]
    [InlineData(33, 40, 17, 8)]
    public void A_product_that_is_added_in_place_agrees_with_its_twin(int rows, int inputs, int outputs, int rank) => new GradientCheck { GradientTolerance = 2e-5 }
        .Input([rows, inputs]).Input([outputs, inputs]).Input([rank, inputs]).Input([outputs, rank])
        .Run(
            (tape, x) => tape.Multiply(tape.AddLinear(tape.Linear(x[0], x[1]), tape.Linear(x[0], x[2]), x[3]), tape.Linear(x[0], x[1])),
            x =>
            {
                var own = Twins.Linear(x[0], x[1], inputs, outputs);
                var added = Twins.Linear(Twins.Linear(x[0], x[2], inputs, rank), x[3], rank, outputs);
                return own.Select((value, i) => (value + added[i]) * value).ToArray();
            });

    [Fact]
    public void A_product_is_added_only_to_a_whole_result_of_the_tape()
    {
        using var team = new Gyre.Tensors.Threading.ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        using var x = pool.Rent(2, 3);
        using var weight = pool.Rent(4, 3);
        using var mine = pool.Rent(2, 4);
        Should.Throw<ArgumentException>(() => tape.AddLinear(mine, x, weight)).Message.ShouldContain("whole result of a step");
        Should.Throw<ArgumentException>(() => tape.AddLinear(tape.Transpose(tape.Linear(x, weight)), x, weight));
        Should.Throw<ArgumentException>(() => tape.AddLinear(tape.Linear(x, weight), x, x)).Message.ShouldContain("AddLinear");
    }

    [Fact]
    public void Linear_takes_a_transposed_weight() => new GradientCheck()
        .Input([5, 6]).Input([6, 9])
        .Run(
            (tape, x) => tape.Linear(x[0], x[1].Transpose()),
            x => Twins.Linear(x[0], Transpose(x[1], 6, 9), 6, 9));

    [Fact]
    public void Linear_takes_a_slice_as_input_and_returns_the_gradient_into_the_whole() => new GradientCheck()
        .Input([4, 12]).Input([3, 5])
        .Run(
            (tape, x) => tape.Linear(tape.Slice(x[0], 1, 2, 5), x[1]),
            x => Twins.Linear(x[0].Where((_, i) => i % 12 is >= 2 and < 7).ToArray(), x[1], 5, 3));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(67, 48)]
    [InlineData(130, 35)]
    public void Norms_agree_with_their_twins(int rows, int width)
    {
        new GradientCheck { GradientTolerance = 3e-5 }.Input([rows, width]).Input([width]).Run(
            (tape, x) => tape.RmsNorm(x[0], x[1], 0.01f),
            x => Twins.Norm(x[0], width, x[1], null, 0.01f, centres: false));
        new GradientCheck { GradientTolerance = 3e-5 }.Input([rows, width], 0.5).Input([width]).Input([width]).Run(
            (tape, x) => tape.LayerNorm(x[0], x[1], x[2], 0.01f),
            x => Twins.Norm(x[0], width, x[1], x[2], 0.01f, centres: true));
    }

    [Theory]
    [InlineData(false, 8, 8)]
    [InlineData(true, 8, 8)]
    [InlineData(false, 40, 36)]
    [InlineData(true, 10, 6)]
    public void Rope_agrees_with_its_twin(bool isInterleaved, int width, int rotary)
    {
        int[] positions = [0, 3, 9, 1, 5, 2];
        static double Angle(int position, int i) => position * 0.3 / (i + 1);
        new GradientCheck().Input([2, 3, 5, width]).Run(
            (tape, x) => tape.Rope(x[0], Table(10, rotary / 2, (p, i) => Math.Cos(Angle(p, i))), Table(10, rotary / 2, (p, i) => Math.Sin(Angle(p, i))), positions, isInterleaved),
            x => Twins.Rope(x[0], 5, width, rotary, positions, Angle, isInterleaved));
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(5, 33)]
    public void SwiGlu_agrees_with_its_twin(int rows, int width) => new GradientCheck().Input([rows, width]).Input([rows, width]).Run(
        (tape, x) => tape.SwiGlu(x[0], x[1]),
        x => x[0].Select((gate, i) => Twins.Silu(gate) * x[1][i]).ToArray());

    [Fact]
    public void SwiGlu_takes_the_halves_of_one_matrix() => new GradientCheck().Input([6, 14]).Run(
        (tape, x) => tape.SwiGlu(tape.Slice(x[0], 1, 0, 7), tape.Slice(x[0], -1, 7, 7)),
        x => Enumerable.Range(0, 42).Select(i => Twins.Silu(x[0][(i / 7 * 14) + (i % 7)]) * x[0][(i / 7 * 14) + 7 + (i % 7)]).ToArray());

    [Fact]
    public void GeGlu_agrees_with_its_twin()
    {
        new GradientCheck().Input([4, 21]).Input([4, 21]).Run(
            (tape, x) => tape.GeGlu(x[0], x[1], isApproximate: false), x => x[0].Select((gate, i) => Twins.Gelu(gate) * x[1][i]).ToArray());
        new GradientCheck().Input([4, 21]).Input([4, 21]).Run(
            (tape, x) => tape.GeGlu(x[0], x[1], isApproximate: true), x => x[0].Select((gate, i) => Twins.GeluTanh(gate) * x[1][i]).ToArray());
    }

    [Fact]
    public void Embedding_adds_up_the_gradients_of_repeated_rows()
    {
        int[] ids = [3, 0, 3, 3, 1];
        new GradientCheck().Input([5, 70]).Run(
            (tape, x) => tape.Embedding(x[0], ids),
            x => ids.SelectMany(id => x[0].AsSpan(id * 70, 70).ToArray()).ToArray());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 11)]
    [InlineData(37, 64)]
    public void CrossEntropy_agrees_with_its_twin(int rows, int classes)
    {
        var targets = Enumerable.Range(0, rows).Select(i => i == 2 ? Tape.IgnoredTarget : (i * 7) % classes).ToArray();
        var weights = Enumerable.Range(0, rows).Select(i => 0.5f + (i % 3)).ToArray();
        var exact = weights.Select(w => (double)w).ToArray();
        new GradientCheck().Input([rows, classes]).Run(
            (tape, x) => tape.CrossEntropy(x[0], targets), x => [Twins.CrossEntropy(x[0], classes, targets, null, null)]);
        new GradientCheck().Input([rows, classes]).Run(
            (tape, x) => tape.CrossEntropy(x[0], targets, weights, 7.5), x => [Twins.CrossEntropy(x[0], classes, targets, exact, 7.5)]);
        new GradientCheck().Input([rows, 9]).Input([classes, 9]).Run(
            (tape, x) => tape.LinearCrossEntropy(x[0], x[1], targets, weights),
            x => [Twins.CrossEntropy(Twins.Linear(x[0], x[1], 9, classes), classes, targets, exact, null)]);
    }

    [Fact]
    public void A_head_in_blocks_of_rows_agrees_with_its_twin()
    {
        // 5000 classes and 450 rows: two blocks of the 8 MiB that logits may take.
        const int Rows = 450;
        const int Classes = 5000;
        var targets = Enumerable.Range(0, Rows).Select(i => (i * 31) % Classes).ToArray();
        var random = new Gyre.Contracts.SeededRandom(5);
        var hidden = Enumerable.Range(0, Rows * 3).Select(_ => (float)random.NextGaussian()).ToArray();
        var head = Enumerable.Range(0, Classes * 3).Select(_ => (float)random.NextGaussian()).ToArray();
        using var team = new Gyre.Tensors.Threading.ThreadTeam(2);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        var (x, w) = (Parameter(pool, hidden, [Rows, 3]), Parameter(pool, head, [Classes, 3]));
        var fused = tape.LinearCrossEntropy(x, w, targets);
        tape.Backward(fused);
        var (loss, dx, dw) = (fused[[]], x.Gradient.ShouldNotBeNull().ToArray(), w.Gradient.ShouldNotBeNull().ToArray());
        x.ZeroGradient();
        w.ZeroGradient();
        tape.Reset();
        var plain = tape.CrossEntropy(tape.Linear(x, w), targets);
        tape.Backward(plain);

        loss.ShouldBe(plain[[]], 1e-5f);
        GradientCheck.ShouldAgree("hidden", dx, x.Gradient.ToArray().Select(v => (double)v).ToArray(), 1e-8);
        GradientCheck.ShouldAgree("head", dw, w.Gradient.ToArray().Select(v => (double)v).ToArray(), 1e-8);
    }

    [Fact]
    public void A_checkpointed_part_gives_the_same_gradients() => new GradientCheck { GradientTolerance = 2e-5 }
        .Input([6, 8]).Input([8, 8]).Input([8])
        .Run(
            (tape, x) =>
            {
                var hidden = tape.Silu(x[0]);
                CheckpointBody body = (t, inputs) => t.Add(inputs[0], t.Silu(t.Linear(t.RmsNorm(inputs[0], x[2], 0.1f), x[1])));
                hidden = tape.Checkpoint([hidden], body);
                return tape.Checkpoint([hidden], body);
            },
            x =>
            {
                var hidden = Twins.Map(x[0], Twins.Silu);
                for (var layer = 0; layer < 2; layer++)
                {
                    var inner = Twins.Map(Twins.Linear(Twins.Norm(hidden, 8, x[2], null, 0.1f, centres: false), x[1], 8, 8), Twins.Silu);
                    hidden = hidden.Select((h, i) => h + inner[i]).ToArray();
                }

                return hidden;
            });

    /// <summary>A measurement once kept all of every layer's results until its end, which training with the same parts does not.</summary>
    [Fact]
    public void Checkpointed_parts_leave_only_their_results_where_nothing_is_recorded()
    {
        using var team = new Gyre.Tensors.Threading.ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: false);
        using var weight = Parameter(pool, [.. Enumerable.Range(0, 64 * 64).Select(i => MathF.Sin(i))], [64, 64]);
        CheckpointBody body = (t, inputs) => t.Add(inputs[0], t.Silu(t.Linear(t.Silu(inputs[0]), weight)));
        var before = pool.RentedBytes;
        var hidden = tape.Silu(weight);
        var one = pool.RentedBytes - before;

        for (var part = 0; part < 5; part++)
        {
            hidden = tape.Checkpoint([hidden], body);
        }

        (pool.RentedBytes - before).ShouldBe(6 * one);
    }

    private static Tensor Table(int rows, int columns, Func<int, int, double> value)
    {
        var tensor = new TensorPool().Rent(rows, columns);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                tensor[i, j] = (float)value(i, j);
            }
        }

        return tensor;
    }

    private static Tensor Parameter(TensorPool pool, float[] values, int[] shape)
    {
        var tensor = pool.Rent(shape);
        tensor.CopyFrom(values);
        tensor.RequiresGradient = true;
        return tensor;
    }

    private static double[] Transpose(double[] x, int rows, int columns) =>
        Enumerable.Range(0, x.Length).Select(i => x[(i % rows * columns) + (i / rows)]).ToArray();
}
