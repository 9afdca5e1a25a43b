using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Tensors;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Compression.Pruning;

namespace Gyre.Training.Tests.Compression.Pruning;

public sealed class PrunerTests : IDisposable
{
    private readonly ThreadTeam _team = new(2);
    private readonly TensorPool _pool = new();

    public void Dispose()
    {
        _pool.Dispose();
        _team.Dispose();
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.3)]
    public void Wanda_removes_the_weights_that_a_reference_in_double_precision_removes(double share)
    {
        using var model = Llama();
        var windows = Windows(model, count: 6, length: 24);
        var reference = new WandaReference(
            model.Configuration, model.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value.Span.ToArray().Select(value => (double)value).ToArray()));
        var expected = reference.Prune(windows, share);

        var masks = new Pruner(_team, _pool).Prune(model, new PruningOptions { Sparsity = Sparsity.OfShare(share) }, windows);

        masks.Select(mask => mask.Name).Order(StringComparer.Ordinal).ShouldBe(expected.Keys.Order(StringComparer.Ordinal));
        foreach (var mask in masks)
        {
            // Scores that are equal to seven digits may change places; every row has its number all the same.
            Enumerable.Range(0, mask.Length).Count(i => mask[i] != expected[mask.Name][i]).ShouldBeLessThanOrEqualTo(mask.Length / 1000, mask.Name);
            mask.Removed.ShouldBe(expected[mask.Name].Count(gone => gone), mask.Name);
        }
    }

    [Fact]
    public void A_layer_is_weighed_behind_the_pruned_layers_before_it()
    {
        using var model = Llama();
        using var whole = Llama();
        var windows = Windows(model, count: 4, length: 24);
        var pruner = new Pruner(_team, _pool);
        var masks = pruner.Prune(model, new PruningOptions { Sparsity = Sparsity.OfShare(0.6) }, windows);

        // The same layer behind whole ones.
        var alone = pruner.Prune(
            whole,
            new PruningOptions { Sparsity = Sparsity.OfShare(0.6), Layers = new Dictionary<int, Sparsity> { [0] = Sparsity.OfShare(0), [1] = Sparsity.OfShare(0) } },
            windows);

        var (first, other) = (Named(masks, "model.layers.2.mlp.down_proj.weight"), Named(alone, "model.layers.2.mlp.down_proj.weight"));
        other.Removed.ShouldBe(first.Removed);
        Enumerable.Range(0, first.Length).Count(i => first[i] != other[i]).ShouldBeGreaterThan(first.Length / 100);
        Named(alone, "model.layers.0.mlp.down_proj.weight").Removed.ShouldBe(0);
    }

    [Theory]
    [InlineData(PruningMethod.Wanda)]
    [InlineData(PruningMethod.Magnitude)]
    public void Two_of_four_leaves_two_weights_of_every_four_neighbours(PruningMethod method)
    {
        using var model = Llama();
        var before = model.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value.Span.ToArray());

        var masks = new Pruner(_team, _pool).Prune(model, new PruningOptions { Method = method, Sparsity = Sparsity.Parse("2:4") }, Windows(model, 3, 16));

        foreach (var parameter in model.Parameters)
        {
            var values = parameter.Value.Span.ToArray();
            var mask = masks.FirstOrDefault(mask => mask.Name == parameter.Name);
            for (var i = 0; i < values.Length; i++)
            {
                values[i].ShouldBe(mask is not null && mask[i] ? 0f : before[parameter.Name][i]);
                if (mask is not null && i % 4 == 0)
                {
                    Enumerable.Range(i, 4).Count(j => mask[j]).ShouldBe(2);
                }
            }
        }
    }

    [Fact]
    public void Magnitudes_are_ranked_by_row_by_matrix_and_by_model()
    {
        foreach (var scope in Enum.GetValues<PruningScope>())
        {
            using var model = Llama();
            var matrices = model.Matrices.Where(matrix => matrix.Layer is not null).Select(matrix => matrix.Parameter.Value.Span.ToArray().Select(value => Math.Abs((double)value)).ToArray()).ToArray();
            var masks = new Pruner(_team, _pool).Prune(model, new PruningOptions { Method = PruningMethod.Magnitude, Sparsity = Sparsity.OfShare(0.4), Scope = scope }, []);

            var all = matrices.SelectMany(matrix => matrix).Order().ToArray();
            for (var m = 0; m < matrices.Length; m++)
            {
                var (scores, columns) = (matrices[m], model.Matrices.Where(matrix => matrix.Layer is not null).ElementAt(m).Parameter.Value.Shape[1]);
                for (var row = 0; row < scores.Length / columns; row++)
                {
                    var ranked = scope switch
                    {
                        PruningScope.Row => scores.Skip(row * columns).Take(columns).Order().ToArray(),
                        PruningScope.Matrix => row == 0 ? scores.Order().ToArray() : [],
                        _ => all,
                    };
                    if (ranked.Length == 0)
                    {
                        continue;
                    }

                    var (least, most) = (ranked[(int)(ranked.Length * 0.4) - 1], ranked[(int)(ranked.Length * 0.4)]);
                    for (var i = row * columns; i < (row + 1) * columns; i++)
                    {
                        (masks[m][i] ? scores[i] <= least : scores[i] >= most).ShouldBeTrue($"{scope}, matrix {m}, weight {i}");
                    }
                }
            }

            masks.Sum(mask => mask.Removed).ShouldBe(scope switch
            {
                PruningScope.Row => matrices.Select((scores, m) => (long)(scores.Length / Columns(model, m) * (int)(Columns(model, m) * 0.4))).Sum(),
                PruningScope.Matrix => matrices.Sum(scores => (long)(scores.Length * 0.4)),
                _ => (long)(all.Length * 0.4),
            });
        }

        static int Columns(TrainableDecoder model, int matrix) => model.Matrices.Where(found => found.Layer is not null).ElementAt(matrix).Parameter.Value.Shape[1];
    }

    [Fact]
    public void Embeddings_and_the_output_layer_are_left_alone_unless_they_are_included()
    {
        using var model = Llama();
        var options = new PruningOptions { Method = PruningMethod.Magnitude, Sparsity = Sparsity.OfShare(0.5) };

        Pruner.Chosen(model, options).ShouldAllBe(matrix => matrix.Layer != null && !matrix.IsEmbedding);
        Pruner.Chosen(model, options with { IncludesEmbeddings = true, IncludesOutput = true }).Where(matrix => matrix.Layer is null).Select(matrix => matrix.Parameter.Name)
            .ShouldBe(["model.embed_tokens.weight", "lm_head.weight"], ignoreOrder: true);
    }

    [Fact]
    public void The_masks_are_the_same_for_any_number_of_threads_and_any_company_of_a_window()
    {
        using var one = Llama();
        using var three = Llama();
        using var team = new ThreadTeam(3);
        using var single = new ThreadTeam(1);
        var windows = Windows(one, 5, 20);

        new Pruner(single, _pool).Prune(one, new PruningOptions { Sparsity = Sparsity.OfShare(0.5) }, windows);
        new Pruner(team, _pool).Prune(three, new PruningOptions { Sparsity = Sparsity.OfShare(0.5) }, windows);

        foreach (var (left, right) in one.Parameters.Zip(three.Parameters))
        {
            left.Value.Span.SequenceEqual(right.Value.Span).ShouldBeTrue(left.Name);
        }
    }

    [Fact]
    public void Options_that_contradict_each_other_or_the_model_are_refused_together()
    {
        using var model = Llama();
        var options = new PruningOptions
        {
            Sparsity = Sparsity.OfGroups(3, 7),
            IncludesEmbeddings = true,
            Layers = new Dictionary<int, Sparsity> { [9] = Sparsity.OfShare(0.1) },
        };

        var error = Should.Throw<TrainingException>(() => new Pruner(_team, _pool).Prune(model, options, Windows(model, 1, 8)));

        error.Code.ShouldBe("TRN0451");
        error.Message.ShouldContain("layer 9");
        error.Message.ShouldContain("Wanda needs the inputs");
        error.Message.ShouldContain("has 64 inputs; expected a multiple of the 7 of 3:7");
    }

    [Fact]
    public void Wanda_without_a_text_is_refused()
    {
        using var model = Llama();

        Should.Throw<TrainingException>(() => new Pruner(_team, _pool).Prune(model, new PruningOptions { Sparsity = Sparsity.OfShare(0.5) }, [])).Code.ShouldBe("TRN0452");
    }

    [Theory]
    [InlineData(PruningMethod.Wanda)]
    [InlineData(PruningMethod.Magnitude)]
    public void A_weight_that_is_no_finite_number_is_named(PruningMethod method)
    {
        using var model = Llama();
        model.Matrices.First(matrix => matrix.Layer == 0).Parameter.Value.Span[5] = float.NaN;

        var error = Should.Throw<TrainingException>(() => new Pruner(_team, _pool).Prune(model, new PruningOptions { Method = method, Sparsity = Sparsity.OfShare(0.5) }, Windows(model, 1, 8)));

        error.Code.ShouldBe("TRN0453");
        error.Message.ShouldContain("model.layers.0.");
    }

    private static WeightMask Named(IReadOnlyList<WeightMask> masks, string name) => masks.First(mask => mask.Name == name);

    private TrainableDecoder Llama()
    {
        var folder = ModelFolder.Open(TestData.Require("models/kit/llama"));
        using var weights = folder.OpenWeights();
        return TrainableDecoder.FromWeights(weights, ModelLoader.ReadConfiguration(folder), _pool);
    }

    private static int[][] Windows(TrainableDecoder model, int count, int length)
    {
        var random = new SeededRandom(3);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => random.NextInt32(model.Configuration.VocabularySize)).ToArray())];
    }
}
