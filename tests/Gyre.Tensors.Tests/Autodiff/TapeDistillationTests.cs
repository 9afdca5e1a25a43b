using System.Text.Json;
using Gyre.Contracts;
using Gyre.TestSupport;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Tests.Reference;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Autodiff;

[Trait("kernel", "true")]
public sealed class TapeDistillationTests
{
    private static readonly int[] Targets = [3, Tape.IgnoredTarget, 0, 18, 7];

    public static TheoryData<float, float, bool, float> Options => new()
    {
        { 0f, 1f, false, 0f },
        { 0f, 2f, true, 0.3f },
        { 1f, 1f, false, 0f },
        { 1f, 3f, true, 0.5f },
        { 0.5f, 1f, false, 0f },
        { 0.3f, 2f, true, 0.25f },
        { 0f, 4f, false, 1f },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Values_and_gradients_agree_with_the_definition_in_double_precision(float mixture, float temperature, bool scales, float labels)
    {
        const int Classes = 19;
        var options = new DistillationOptions { Mixture = mixture, Temperature = temperature, ScalesByTemperature = scales, LabelShare = labels };
        var teacher = Numbers(Targets.Length * Classes, 2).Select(value => value * 1.5f).ToArray();
        using var pool = new TensorPool();
        var teacherLogits = pool.Rent(Targets.Length, Classes);
        teacher.CopyTo(teacherLogits.Span);

        new GradientCheck().Input([Targets.Length, Classes]).Run(
            (tape, x) => tape.Distillation(x[0], teacherLogits, Targets, options),
            x => [Twin(x[0], [.. teacher.Select(value => (double)value)], Classes, options)]);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Two_heads_agree_with_the_definition_in_double_precision(float mixture, float temperature, bool scales, float labels)
    {
        const int Classes = 19;
        var options = new DistillationOptions { Mixture = mixture, Temperature = temperature, ScalesByTemperature = scales, LabelShare = labels };
        var (hidden, head) = (Numbers(Targets.Length * 6, 3), Numbers(Classes * 6, 4));
        using var pool = new TensorPool();
        var (teacherHidden, teacherHead) = (pool.Rent(Targets.Length, 6), pool.Rent(Classes, 6));
        hidden.CopyTo(teacherHidden.Span);
        head.CopyTo(teacherHead.Span);
        var teacher = Twins.Linear([.. hidden.Select(value => (double)value)], [.. head.Select(value => (double)value)], 6, Classes);

        new GradientCheck().Input([Targets.Length, 9]).Input([Classes, 9]).Run(
            (tape, x) => tape.LinearDistillation(x[0], x[1], teacherHidden, teacherHead, Targets, options),
            x => [Twin(Twins.Linear(x[0], x[1], 9, Classes), teacher, Classes, options)]);
    }

    [Fact]
    public void The_reference_of_trl_gives_the_same_losses_and_gradients()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestData.Require("models/kit/trl-losses/golden.json")));
        var set = golden.RootElement.GetProperty("gkd_generalized_jsd");
        var (student, teacher) = (Flat(set.GetProperty("student_logits")), Flat(set.GetProperty("teacher_logits")));
        int[] labels = [.. Flat(set.GetProperty("labels")).Select(label => (int)label)];
        var width = student.Length / labels.Length;
        using var team = new ThreadTeam(2);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        var (x, y) = (pool.Rent(labels.Length, width), pool.Rent(labels.Length, width));
        student.Select(value => (float)value).ToArray().CopyTo(x.Span);
        teacher.Select(value => (float)value).ToArray().CopyTo(y.Span);
        x.RequiresGradient = true;
        var cases = 0;
        foreach (var found in set.GetProperty("cases").EnumerateObject())
        {
            var numbers = found.Name.Split('_').Select(part => float.Parse(part.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            x.ZeroGradient();
            var loss = tape.Distillation(x, y, labels, new DistillationOptions { Mixture = numbers[0], Temperature = numbers[1] });
            tape.Backward(loss);

            ((double)loss[[]]).ShouldBe(found.Value.GetProperty("loss").GetDouble(), 1e-6, found.Name);
            GradientCheck.ShouldAgree(found.Name, x.Gradient.ShouldNotBeNull().ToArray(), Flat(found.Value.GetProperty("grad_student_logits")), 1e-6);
            tape.Reset();
            cases++;
        }

        cases.ShouldBe(8);
    }

    [Fact]
    public void Heads_in_blocks_of_rows_agree_with_whole_logits()
    {
        // 5000 classes and 450 rows: two blocks of the 8 MiB that logits may take; a third of the rows is left out.
        const int Rows = 450;
        const int Classes = 5000;
        var targets = Enumerable.Range(0, Rows).Select(i => i % 3 == 1 ? Tape.IgnoredTarget : (i * 31) % Classes).ToArray();
        using var team = new ThreadTeam(2);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        var (x, w, y, v) = (Tensor(pool, 5, Rows, 3), Tensor(pool, 6, Classes, 3), Tensor(pool, 7, Rows, 2), Tensor(pool, 8, Classes, 2));
        (x.RequiresGradient, w.RequiresGradient) = (true, true);
        var options = new DistillationOptions { Temperature = 2f, LabelShare = 0.4f };
        Span<double> parts = stackalloc double[2];
        Span<double> plainParts = stackalloc double[2];
        var fused = tape.LinearDistillation(x, w, y, v, targets, options, parts: parts);
        tape.Backward(fused);
        var (loss, dx, dw) = (fused[[]], x.Gradient.ShouldNotBeNull().ToArray(), w.Gradient.ShouldNotBeNull().ToArray());
        x.ZeroGradient();
        w.ZeroGradient();
        tape.Reset();
        var plain = tape.Distillation(tape.Linear(x, w), tape.Linear(y, v), targets, options, parts: plainParts);
        tape.Backward(plain);

        loss.ShouldBe(plain[[]], 1e-5f);
        parts[0].ShouldBe(plainParts[0], 1e-6);
        parts[1].ShouldBe(plainParts[1], 1e-6);
        ((0.6 * parts[0]) + (0.4 * parts[1])).ShouldBe(loss, 1e-5);
        GradientCheck.ShouldAgree("hidden", dx, x.Gradient.ToArray().Select(value => (double)value).ToArray(), 1e-8);
        GradientCheck.ShouldAgree("head", dw, w.Gradient.ToArray().Select(value => (double)value).ToArray(), 1e-8);
    }

    [Fact]
    public void A_student_that_equals_its_teacher_has_no_divergence_and_no_gradient()
    {
        foreach (var mixture in (float[])[0f, 0.5f, 1f])
        {
            using var team = new ThreadTeam(1);
            using var pool = new TensorPool();
            using var tape = new Tape(team, pool, isRecording: true);
            var x = Tensor(pool, 3, 5, 40);
            x.RequiresGradient = true;

            var loss = tape.Distillation(x, x, [1, 2, 3, 4, 5], new DistillationOptions { Mixture = mixture, Temperature = 2f });
            tape.Backward(loss);

            loss[[]].ShouldBe(0f, 1e-6f);
            x.Gradient.ShouldNotBeNull().ToArray().ShouldAllBe(value => Math.Abs(value) < 1e-7f);
        }
    }

    [Fact]
    public void Distributions_that_share_no_token_stay_finite()
    {
        foreach (var mixture in (float[])[0f, 0.1f, 0.5f, 1f])
        {
            using var team = new ThreadTeam(1);
            using var pool = new TensorPool();
            using var tape = new Tape(team, pool, isRecording: true);
            var (x, y) = (pool.RentZeroed(1, 33), pool.RentZeroed(1, 33));
            (x.Span[0], y.Span[32], x.Span[5], y.Span[5]) = (200f, 200f, -300f, -300f);
            x.RequiresGradient = true;

            var loss = tape.Distillation(x, y, [1], new DistillationOptions { Mixture = mixture });
            tape.Backward(loss);

            float.IsFinite(loss[[]]).ShouldBeTrue();
            loss[[]].ShouldBeGreaterThan(0f);
            x.Gradient.ShouldNotBeNull().ToArray().ShouldAllBe(value => float.IsFinite(value));
        }
    }

    [Fact]
    public void Shapes_and_options_without_meaning_are_refused()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        var (x, y, w) = (Tensor(pool, 1, 2, 4), Tensor(pool, 2, 2, 5), Tensor(pool, 3, 7, 4));

        Should.Throw<ArgumentException>(() => tape.Distillation(x, y, [0, 1], new DistillationOptions()));
        Should.Throw<ArgumentException>(() => tape.Distillation(x, x, [0, 1], new DistillationOptions { Temperature = 0f }));
        Should.Throw<ArgumentException>(() => tape.Distillation(x, x, [0, 1], new DistillationOptions { Mixture = 1.5f }));
        Should.Throw<ArgumentException>(() => tape.Distillation(x, x, [0, 1], new DistillationOptions { LabelShare = float.NaN }));
        Should.Throw<ArgumentOutOfRangeException>(() => tape.Distillation(x, x, [0, 4], new DistillationOptions()));
        Should.Throw<ArgumentException>(() => tape.LinearDistillation(x, w, y, w, [0, 1], new DistillationOptions()));
        Should.Throw<ArgumentException>(() => tape.LinearDistillation(x, w, x, Tensor(pool, 3, 6, 4), [0, 1], new DistillationOptions()));
    }

    private static double Twin(double[] student, double[] teacher, int classes, DistillationOptions options)
    {
        var (sum, count) = (0.0, 0);
        for (var row = 0; row < Targets.Length; row++)
        {
            if (Targets[row] == Tape.IgnoredTarget)
            {
                continue;
            }

            count++;
            var own = student.Skip(row * classes).Take(classes).ToArray();
            var q = LogSoftmax([.. own.Select(value => value / options.Temperature)]);
            var p = LogSoftmax([.. teacher.Skip(row * classes).Take(classes).Select(value => value / options.Temperature)]);
            var beta = (double)options.Mixture;
            var divergence = beta == 0 ? Divergence(p, q) : beta == 1 ? Divergence(q, p) : Between(p, q, beta);
            sum += (1.0 - options.LabelShare) * divergence * (options.ScalesByTemperature ? options.Temperature * options.Temperature : 1.0);
            sum -= options.LabelShare * LogSoftmax(own)[Targets[row]];
        }

        return sum / count;
    }

    private static double Between(double[] p, double[] q, double beta)
    {
        double[] m = [.. p.Zip(q, (left, right) => Math.Log((beta * Math.Exp(left)) + ((1 - beta) * Math.Exp(right))))];
        return (beta * Divergence(p, m)) + ((1 - beta) * Divergence(q, m));
    }

    private static double Divergence(double[] from, double[] to) => from.Zip(to, (left, right) => Math.Exp(left) * (left - right)).Sum();

    private static double[] LogSoftmax(double[] x)
    {
        var max = x.Max();
        var sum = max + Math.Log(x.Sum(value => Math.Exp(value - max)));
        return [.. x.Select(value => value - sum)];
    }

    private static float[] Numbers(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
    }

    private static Tensor Tensor(TensorPool pool, ulong seed, int rows, int columns)
    {
        var tensor = pool.Rent(rows, columns);
        Numbers(rows * columns, seed).CopyTo(tensor.Span);
        return tensor;
    }

    private static double[] Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Flat)] : [element.GetDouble()];
}
