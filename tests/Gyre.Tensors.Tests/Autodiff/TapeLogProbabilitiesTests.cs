using Gyre.Contracts;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Tests.Reference;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Autodiff;

[Trait("kernel", "true")]
public class TapeLogProbabilitiesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 11)]
    [InlineData(37, 64)]
    public void Log_probabilities_agree_with_their_twin(int rows, int classes)
    {
        var targets = Targets(rows, classes);
        new GradientCheck().Input([rows, classes]).Run(
            (tape, x) => tape.LogProbability(x[0], targets), x => Twin(x[0], classes, targets));
        new GradientCheck().Input([rows, 9]).Input([classes, 9]).Run(
            (tape, x) => tape.LinearLogProbability(x[0], x[1], targets), x => Twin(Twins.Linear(x[0], x[1], 9, classes), classes, targets));
    }

    [Fact]
    public void A_head_takes_strided_inputs_and_a_transposed_weight()
    {
        var targets = Targets(6, 7);
        new GradientCheck().Input([6, 12]).Input([5, 7]).Run(
            (tape, x) => tape.LinearLogProbability(tape.Slice(x[0], 1, 3, 5), x[1].Transpose(), targets),
            x => Twin(Twins.Linear(x[0].Where((_, i) => i % 12 is >= 3 and < 8).ToArray(), Transposed(x[1], 5, 7), 5, 7), 7, targets));
    }

    [Fact]
    public void A_head_used_for_two_passes_adds_up_its_gradients()
    {
        var targets = Targets(6, 7);
        new GradientCheck().Input([6, 5]).Input([7, 5]).Run(
            (tape, x) => tape.Add(tape.LinearLogProbability(x[0], x[1], targets), tape.LinearLogProbability(tape.Scale(x[0], 2f), x[1], targets)),
            x => [.. Twin(Twins.Linear(x[0], x[1], 5, 7), 7, targets).Zip(Twin(Twins.Linear([.. x[0].Select(v => 2 * v)], x[1], 5, 7), 7, targets), (a, b) => a + b)]);
    }

    [Fact]
    public void A_head_in_blocks_of_rows_agrees_with_whole_logits()
    {
        // 5000 classes and 700 rows, of which 467 count: two blocks of the 8 MiB that logits may take.
        const int Rows = 700;
        const int Classes = 5000;
        int[] targets = [.. Enumerable.Range(0, Rows).Select(i => i % 3 == 1 ? Tape.IgnoredTarget : i * 31 % Classes)];
        var random = new SeededRandom(5);
        float[] outcome = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.NextGaussian())];
        var fused = Run((tape, x, w) => tape.LinearLogProbability(x, w, targets));
        var plain = Run((tape, x, w) => tape.LogProbability(tape.Linear(x, w), targets));
        for (var i = 0; i < fused.Length; i++)
        {
            GradientCheck.ShouldAgree(i == 0 ? "values" : "gradients", fused[i], [.. plain[i].Select(v => (double)v)], 2e-6);
        }

        fused[0].Where((_, i) => i % 3 == 1).ShouldAllBe(value => value == 0f);

        float[][] Run(Func<Tape, Tensor, Tensor, Tensor> operation)
        {
            var source = new SeededRandom(6);
            using var team = new ThreadTeam(2);
            using var pool = new TensorPool();
            using var tape = new Tape(team, pool, isRecording: true);
            using var x = Random(pool, source, Rows, 3);
            using var w = Random(pool, source, Classes, 3);
            (x.RequiresGradient, w.RequiresGradient) = (true, true);
            var values = operation(tape, x, w);
            var kept = values.ToArray();
            tape.Backward(values, outcome);
            return [kept, x.Gradient.ShouldNotBeNull().ToArray(), w.Gradient.ShouldNotBeNull().ToArray()];
        }
    }

    [Fact]
    public void A_frozen_head_gets_no_gradient_and_the_input_the_same_one()
    {
        var frozen = HiddenGradient(isFrozen: true, out var weight);
        weight.ShouldBeFalse();
        frozen.ShouldBe(HiddenGradient(isFrozen: false, out weight));
        weight.ShouldBeTrue();

        static float[] HiddenGradient(bool isFrozen, out bool hasWeightGradient)
        {
            var source = new SeededRandom(6);
            using var team = new ThreadTeam(2);
            using var pool = new TensorPool();
            using var tape = new Tape(team, pool, isRecording: true);
            using var x = Random(pool, source, 8, 5);
            using var w = Random(pool, source, 11, 5);
            (x.RequiresGradient, w.RequiresGradient) = (true, !isFrozen);
            tape.Backward(tape.Sum(tape.LinearLogProbability(x, w, Targets(8, 11))));
            hasWeightGradient = w.Gradient is not null;
            return x.Gradient.ShouldNotBeNull().ToArray();
        }
    }

    [Fact]
    public void Rows_that_all_lack_a_target_give_zeros_and_no_gradient()
    {
        using var team = new ThreadTeam(2);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        using var x = Random(pool, new SeededRandom(1), 3, 5);
        using var w = Random(pool, new SeededRandom(2), 11, 5);
        (x.RequiresGradient, w.RequiresGradient) = (true, true);
        var values = tape.LinearLogProbability(x, w, [Tape.IgnoredTarget, Tape.IgnoredTarget, Tape.IgnoredTarget]);
        values.ToArray().ShouldAllBe(value => value == 0f);
        tape.Backward(values, [1f, 1f, 1f]);
        x.Gradient.ShouldNotBeNull().ToArray().ShouldAllBe(value => value == 0f);
        w.Gradient.ShouldNotBeNull().ToArray().ShouldAllBe(value => value == 0f);
    }

    [Fact]
    public void Targets_that_do_not_fit_are_refused()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: false);
        using var x = Random(pool, new SeededRandom(1), 2, 5);
        using var w = Random(pool, new SeededRandom(2), 11, 5);
        Should.Throw<ArgumentException>(() => tape.LinearLogProbability(x, w, [1])).Message.ShouldContain("found 1 targets, expected 2");
        Should.Throw<ArgumentOutOfRangeException>(() => tape.LinearLogProbability(x, w, [1, 11])).Message.ShouldContain("target 11 at row 1");
        Should.Throw<ArgumentOutOfRangeException>(() => tape.LogProbability(x, [1, -1])).Message.ShouldContain("target -1 at row 1");
        Should.Throw<ArgumentException>(() => tape.LinearLogProbability(w, w.Transpose(), [1])).Message.ShouldContain("expected […, C] and [V, C]");
    }

    private static int[] Targets(int rows, int classes) =>
        [.. Enumerable.Range(0, rows).Select(i => i % 4 == 2 ? Tape.IgnoredTarget : i * 7 % classes)];

    private static Tensor Random(TensorPool pool, SeededRandom random, int rows, int columns)
    {
        var tensor = pool.Rent(rows, columns);
        tensor.CopyFrom([.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextGaussian())]);
        return tensor;
    }

    private static double[] Transposed(double[] x, int rows, int columns) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => x[(i % rows * columns) + (i / rows)])];

    /// <summary>Written from the definition: x[target] − ln Σ exp x.</summary>
    private static double[] Twin(double[] logits, int classes, int[] targets) =>
        [.. targets.Select((target, row) =>
        {
            var x = logits.AsSpan(row * classes, classes).ToArray();
            return target < 0 ? 0 : x[target] - Math.Log(x.Sum(Math.Exp));
        })];
}
