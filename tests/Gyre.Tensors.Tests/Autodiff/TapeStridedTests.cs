using Gyre.Contracts;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Autodiff;

/// <summary>Every operation on views: what a contiguous copy of the same values gives, and gradients in their places.</summary>
[Trait("kernel", "true")]
public class TapeStridedTests
{
    public static TheoryData<string, string> Views()
    {
        var rows = new TheoryData<string, string>();
        foreach (var (name, operation) in StridedCase.ByName)
        {
            foreach (var layout in StridedLayout.ByName.Keys)
            {
                if (!operation.NeedsContiguousRows || HasContiguousRows(layout))
                {
                    rows.Add(name, layout);
                }
            }
        }

        return rows;
    }

    public static TheoryData<string, string> RepeatingViews()
    {
        var rows = new TheoryData<string, string>();
        foreach (var (name, operation) in StridedCase.ByName)
        {
            foreach (var layout in StridedLayout.Repeating.Keys)
            {
                if (!operation.NeedsContiguousRows || layout != "one column repeated")
                {
                    rows.Add(name, layout);
                }
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void A_view_gives_what_a_copy_gives_and_its_gradient_lands_in_the_whole(string operation, string layout)
    {
        var tested = StridedCase.ByName[operation];
        var values = Values(tested);
        var expected = Compute(tested, values, _ => StridedLayout.ByName["whole"]);
        foreach (var chosen in Choices(tested))
        {
            var what = $"{operation}, {layout} for input {string.Join(" and ", chosen)}";
            var actual = Compute(tested, values, i => StridedLayout.ByName[chosen.Contains(i) ? layout : "whole"]);

            ShouldAgree(what, actual.Result, expected.Result, tested.Tolerance);
            for (var i = 0; i < values.Length; i++)
            {
                ShouldAgree($"{what}: gradient of input {i}", actual.Gradients[i], Scattered(expected.Gradients[i], tested.Shapes[i], chosen.Contains(i) ? layout : "whole"), tested.Tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(RepeatingViews))]
    public void A_repeating_view_gives_what_a_copy_gives_and_says_that_it_takes_no_gradient(string operation, string layout)
    {
        var tested = StridedCase.ByName[operation];
        using var team = new ThreadTeam(2);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        foreach (var chosen in Choices(tested))
        {
            var views = tested.Shapes.Select((shape, i) => View(pool, shape, StridedLayout.Repeating[layout], i, isWhole: !chosen.Contains(i))).ToArray();
            var copies = views.Select(view => Filled(pool, view.ToArray(), view.Shape)).ToArray();
            ShouldAgree(operation, tested.Operation(tape, views).ToArray(), tested.Operation(tape, copies).ToArray(), tested.Tolerance);
            foreach (var i in chosen.Where(i => views[i].Source is not null && views[i].Repeats()))
            {
                views[i].Root.RequiresGradient = true;
                var result = tested.Operation(tape, views);
                var gradient = Enumerable.Repeat(1f, (int)result.Length).ToArray();
                Should.Throw<InvalidOperationException>(() => tape.Backward(result, gradient)).Message.ShouldContain("Use Tape.Expand");
                views[i].Root.RequiresGradient = false;
            }

            tape.Reset();
        }
    }

    [Theory]
    [InlineData("transposed")]
    [InlineData("every second column")]
    [InlineData("columns backwards")]
    public void A_table_whose_rows_are_not_contiguous_has_no_embedding(string layout)
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: false);
        var table = View(pool, [5, 7], StridedLayout.ByName[layout], 0, isWhole: false);

        Should.Throw<ArgumentException>(() => tape.Embedding(table, [0])).Message.ShouldContain("contiguous last axis");
    }

    [Fact]
    public void A_vector_parameter_with_gaps_is_refused()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: false);
        var (x, weight) = (Filled(pool, new float[6], [2, 3]), Filled(pool, new float[9], [3, 3]));
        var gaps = Filled(pool, new float[6], [6]).Slice(0, 0, 3, 2);

        Should.Throw<ArgumentException>(() => tape.Linear(x, weight, gaps)).Message.ShouldContain("expected a contiguous one of [3]");
        Should.Throw<ArgumentException>(() => tape.RmsNorm(x, gaps, 0.1f)).Message.ShouldContain("expected a contiguous one of [3]");
        Should.Throw<ArgumentException>(() => tape.LayerNorm(x, null, gaps, 0.1f)).Message.ShouldContain("expected a contiguous one of [3]");
        tape.RmsNorm(x, tape.Contiguous(gaps), 0.1f).Shape.ToArray().ShouldBe([2, 3]);
    }

    private static bool HasContiguousRows(string layout) =>
        layout is "whole" or "columns from the middle" or "every second row" or "rows backwards" or "every second of the first axis, backwards";

    /// <summary>Which inputs are views: each alone, then all; vectors are parameters, which stay whole.</summary>
    private static IEnumerable<int[]> Choices(StridedCase tested)
    {
        var able = Enumerable.Range(0, tested.Shapes.Length).Where(i => tested.Shapes[i].Length > 1).ToArray();
        return able.Length == 1 ? [able] : able.Select(i => new[] { i }).Append(able);
    }

    private static float[][] Values(StridedCase tested) => tested.Shapes.Select((shape, i) => Random(shape, i)).ToArray();

    /// <summary>Away from zero, which is no divisor.</summary>
    private static float[] Random(ReadOnlySpan<int> shape, int seed)
    {
        var random = new SeededRandom((ulong)(3 + seed));
        var values = new float[Product(shape)];
        for (var i = 0; i < values.Length; i++)
        {
            var value = (float)random.NextGaussian();
            values[i] = value + (0.5f * MathF.CopySign(1f, value));
        }

        return values;
    }

    private static int Product(ReadOnlySpan<int> shape)
    {
        var product = 1;
        foreach (var size in shape)
        {
            product *= size;
        }

        return product;
    }

    private static (float[] Result, float[][] Gradients) Compute(StridedCase tested, float[][] values, Func<int, StridedLayout> layout)
    {
        using var team = new ThreadTeam(2);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        var roots = tested.Shapes.Select((shape, i) => pool.Rent(layout(i).RootShape(shape))).ToArray();
        var views = roots.Select((root, i) => layout(i).View(root, tested.Shapes[i])).ToArray();
        for (var i = 0; i < roots.Length; i++)
        {
            // What lies between the elements of the view must not be read.
            roots[i].Fill(float.NaN);
            views[i].CopyFrom(values[i]);
            roots[i].RequiresGradient = true;
        }

        // Twice, because the second contribution to a gradient is added and the first is not.
        float[] result = [];
        for (var pass = 0; pass < 2; pass++)
        {
            var output = tested.Operation(tape, views);
            result = output.ToArray();
            tape.Backward(output, Random(output.Shape, 90 + pass));
            tape.Reset();
        }

        return (result, roots.Select(root => root.Gradient.ShouldNotBeNull("no gradient arrived").ToArray()).ToArray());
    }

    /// <summary>The gradient of a copy at the places of the root from which the copy's elements come; 0 elsewhere.</summary>
    private static float[] Scattered(float[] gradient, int[] shape, string layout)
    {
        using var pool = new TensorPool();
        var root = pool.Rent(StridedLayout.ByName[layout].RootShape(shape));
        root.CopyFrom(Enumerable.Range(0, (int)root.Length).Select(i => (float)i).ToArray());
        var places = StridedLayout.ByName[layout].View(root, shape).ToArray();
        places.Distinct().Count().ShouldBe(gradient.Length);
        var result = new float[root.Length];
        for (var i = 0; i < gradient.Length; i++)
        {
            result[(int)places[i]] = gradient[i];
        }

        return result;
    }

    private static Tensor View(TensorPool pool, int[] shape, StridedLayout layout, int seed, bool isWhole)
    {
        var rootShape = isWhole ? shape : layout.RootShape(shape);
        var root = Filled(pool, Random(rootShape, seed), rootShape);
        return isWhole ? root : layout.View(root, shape);
    }

    private static Tensor Filled(TensorPool pool, float[] values, ReadOnlySpan<int> shape)
    {
        var tensor = pool.Rent(shape);
        tensor.CopyFrom(values);
        return tensor;
    }

    private static void ShouldAgree(string what, float[] actual, float[] expected, double tolerance)
    {
        expected.ShouldAllBe(v => float.IsFinite(v), what);
        if (tolerance == 0)
        {
            actual.ShouldBe(expected, what);
        }
        else
        {
            GradientCheck.ShouldAgree(what, actual, expected.Select(v => (double)v).ToArray(), tolerance);
        }
    }
}
