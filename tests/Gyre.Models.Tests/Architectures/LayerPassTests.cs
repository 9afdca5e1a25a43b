using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

public sealed class LayerPassTests : IDisposable
{
    private static readonly int[][] Windows = [[5, 9, 100, 3], [7, 7, 7, 20], [1, 2, 3, 4, 5, 6]];

    private readonly ThreadTeam _team = new(2);
    private readonly TensorPool _pool = new();
    private readonly Tape _tape;

    public LayerPassTests() => _tape = new Tape(_team, _pool, isRecording: false);

    public void Dispose()
    {
        _tape.Dispose();
        _pool.Dispose();
        _team.Dispose();
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gpt2")]
    [InlineData("gpt_neox")]
    [InlineData("gemma2")]
    [InlineData("falcon")]
    [InlineData("phi3")]
    [InlineData("opt")]
    [InlineData("bloom")]
    public void Every_matrix_of_a_layer_is_shown_its_inputs_once_a_batch(string name)
    {
        using var model = Load(name);
        using var pass = model.BeginLayers(_tape, Windows);
        pass.Layers.ShouldBe(model.Configuration.Layers);
        while (pass.Next < pass.Layers)
        {
            var seen = new Dictionary<string, long>();
            pass.Observe((matrix, rows) =>
            {
                rows.Shape[^1].ShouldBe(matrix.Parameter.Value.Shape[1]);
                seen[matrix.Parameter.Name] = seen.GetValueOrDefault(matrix.Parameter.Name) + (rows.Length / rows.Shape[^1]);
            });

            seen.Keys.Order(StringComparer.Ordinal)
                .ShouldBe(model.Matrices.Where(matrix => matrix.Layer == pass.Next).Select(matrix => matrix.Parameter.Name).Order(StringComparer.Ordinal));
            seen.Values.ShouldAllBe(tokens => tokens == Windows.Sum(window => window.Length));
            pass.Advance();
        }

        Should.Throw<InvalidOperationException>(() => pass.Advance());
    }

    [Fact]
    public void The_last_layer_sees_what_a_whole_pass_gives_it()
    {
        using var model = Load("llama");
        var last = model.Configuration.Layers - 1;
        var expected = BehindTheOthers(model);

        // The same numbers after a layer was looked at twice.
        using var pass = model.BeginLayers(_tape, Windows);
        for (var layer = 0; layer < last; layer++)
        {
            pass.Observe((_, _) => { });
            pass.Observe((_, _) => { });
            pass.Advance();
        }

        ReadLast(pass).ShouldBe(expected);

        float[] BehindTheOthers(TrainableDecoder decoder)
        {
            using var other = decoder.BeginLayers(_tape, Windows);
            for (var layer = 0; layer < last; layer++)
            {
                other.Advance();
            }

            return ReadLast(other);
        }
    }

    [Fact]
    public void Windows_and_tapes_that_cannot_be_run_are_refused()
    {
        using var model = Load("llama");
        using var recording = new Tape(_team, _pool, isRecording: true);

        Should.Throw<ArgumentException>(() => model.BeginLayers(_tape, []));
        Should.Throw<ArgumentException>(() => model.BeginLayers(_tape, [[]]));
        Should.Throw<ArgumentException>(() => model.BeginLayers(_tape, [new int[model.Configuration.ContextLength + 1]]));
        Should.Throw<ArgumentException>(() => model.BeginLayers(recording, Windows));
    }

    [Fact]
    public void Weights_are_not_written_like_the_file_of_another_model()
    {
        using var model = Load("llama");
        using var frame = GgufSource.OpenFile(TestData.Require("models/kit/gpt2/model.f16.gguf"));

        Should.Throw<ModelException>(() => model.ToGguf(frame).Dispose()).Code.ShouldBe("RUN0446");
    }

    private static float[] ReadLast(LayerPass pass)
    {
        var rows = new List<float>();
        pass.Observe((matrix, input) =>
        {
            if (matrix.Parameter.Name.EndsWith("down_proj.weight", StringComparison.Ordinal))
            {
                rows.AddRange(input.Span);
            }
        });
        return [.. rows];
    }

    private TrainableDecoder Load(string name)
    {
        var folder = ModelFolder.Open(TestData.Require("models/kit/" + name));
        using var weights = folder.OpenWeights();
        return TrainableDecoder.FromWeights(weights, ModelLoader.ReadConfiguration(folder), _pool);
    }
}
