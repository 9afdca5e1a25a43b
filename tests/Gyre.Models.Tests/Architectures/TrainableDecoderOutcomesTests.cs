using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Log-probabilities, hidden values and logits of a model in training.</summary>
public sealed class TrainableDecoderOutcomesTests : IDisposable
{
    private const int Ignored = -100;
    private static readonly int[] Ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
    private static readonly int[] Targets = [1, Ignored, 1, 5, 9, Ignored, 6, 5, Ignored, 5, 8, Ignored];
    private static readonly int[] Starts = [0, 0, 0, 3, 3, 3, 0, 0, 0, 0, 0, 0];
    private readonly ThreadTeam _team = new(2);
    private readonly TensorPool _pool = new();

    public static TheoryData<string> Families => ["llama", "gpt2", "phi", "gemma2", "bloom"];

    public void Dispose()
    {
        _pool.Dispose();
        _team.Dispose();
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Their_sum_is_the_loss_and_has_its_gradient(string family)
    {
        using var model = Create(family);
        using var tape = new Tape(_team, _pool, isRecording: true);
        var loss = model.Loss(tape, Ids, Targets, Starts, 2, 6, 1f);
        var expected = loss.Span[0];
        tape.Backward(loss);
        var gradients = Gradients(model);
        tape.Reset();

        var values = model.LogProbabilities(tape, Ids, Targets, Starts, 2, 6);
        values.Shape.ToArray().ShouldBe([12]);
        (-values.ToArray().Sum()).ShouldBe(expected, 1e-4f);
        values.ToArray().Where((_, i) => Targets[i] == Ignored).ShouldAllBe(value => value == 0f);
        tape.Backward(values, [.. Enumerable.Repeat(-1f, 12)]);
        Same(Gradients(model), gradients);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Hidden_values_lead_to_the_same_log_probabilities(string family)
    {
        using var model = Create(family);
        using var tape = new Tape(_team, _pool, isRecording: true);
        var values = model.LogProbabilities(tape, Ids, Targets, Starts, 2, 6, 0.7f);
        var expected = values.ToArray();
        tape.Backward(tape.Sum(values));
        var gradients = Gradients(model);
        tape.Reset();

        var hidden = model.Hidden(tape, Ids, Starts, 2, 6);
        hidden.Shape.ToArray().ShouldBe([12, model.Configuration.HiddenSize]);
        var later = model.LogProbabilitiesOf(tape, hidden, Targets, 0.7f);
        later.ToArray().ShouldBe(expected);
        tape.Backward(tape.Sum(later));
        Gradients(model).ShouldBe(gradients);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Logits_lead_to_the_same_log_probabilities(string family)
    {
        using var model = Create(family);
        using var tape = new Tape(_team, _pool, isRecording: true);
        var expected = model.LogProbabilities(tape, Ids, Targets, Starts, 2, 6).ToArray();
        var logits = model.Logits(tape, Ids, Starts, 2, 6);
        logits.Shape.ToArray().ShouldBe([12, model.Configuration.VocabularySize]);
        var values = logits.ToArray();
        for (var i = 0; i < Ids.Length; i++)
        {
            var row = values.AsSpan(i * model.Configuration.VocabularySize, model.Configuration.VocabularySize).ToArray();
            var wanted = Targets[i] == Ignored ? 0.0 : row[Targets[i]] - Math.Log(row.Sum(value => Math.Exp(value)));
            ((double)expected[i]).ShouldBe(wanted, 1e-5);
        }
    }

    [Fact]
    public void Frozen_weights_stay_without_gradient_and_change_no_other()
    {
        using var model = Create("llama");
        using var other = Create("llama");
        var head = other.Parameters.Single(parameter => parameter.Name == "lm_head.weight").Value;
        head.RequiresGradient = false;
        var whole = Run(model, 1);
        var frozen = Run(other, 1);
        head.Gradient.ShouldBeNull();
        var at = model.Parameters.ToList().FindIndex(parameter => parameter.Name == "lm_head.weight");
        whole[at] = [];
        frozen.ShouldBe(whole);
        Run(other, 3).ShouldBe(whole);

        float[][] Run(TrainableDecoder model, int threads)
        {
            using var team = new ThreadTeam(threads);
            using var tape = new Tape(team, _pool, isRecording: true);
            tape.Backward(model.LogProbabilities(tape, Ids, Targets, [], 2, 6), [.. Enumerable.Range(0, 12).Select(i => (i - 5) / 7f)]);
            return Gradients(model);
        }
    }

    [Fact]
    public void Recomputing_layers_changes_no_bit()
    {
        using var model = Create("llama");
        var plain = Run();
        model.ActivationCheckpointing = true;
        Run().ShouldBe(plain);

        float[][] Run()
        {
            using var tape = new Tape(_team, _pool, isRecording: true);
            tape.Backward(tape.Sum(model.LogProbabilities(tape, Ids, Targets, Starts, 2, 6)));
            return Gradients(model);
        }
    }

    [Theory]
    [InlineData("grpo_per_token_logps_T1.0")]
    [InlineData("grpo_per_token_logps_T0.7")]
    public void Log_probabilities_at_a_temperature_equal_the_reference(string name)
    {
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(TestData.Require("models/kit/trl-losses"), "golden.json")))![name]!;
        using var folder = SafetensorsFolder.Open(TestData.Require("models/kit/llama"));
        var path = Path.Combine(folder.Path, "config.json");
        using var model = TrainableDecoder.FromWeights(folder, DecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path), _pool);

        // The second row is padded on its left and positions count from the padding on, so only the first row says the same here.
        int[] ids = [.. golden["input_ids"]![0]!.AsArray().Select(id => (int)id!)];
        double[] expected = [.. golden["logps"]![0]!.AsArray().Select(value => (double)value!)];
        using var tape = new Tape(_team, _pool, isRecording: false);
        var values = model.LogProbabilities(tape, ids, [.. ids[1..], Ignored], [], 1, ids.Length, (float)golden["temperature"]!).ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            ((double)values[ids.Length - 1 - expected.Length + i]).ShouldBe(expected[i], 1e-4);
        }
    }

    private static void Same(float[][] actual, float[][] expected)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var largest = expected[i].Max(Math.Abs);
            for (var j = 0; j < expected[i].Length; j++)
            {
                actual[i][j].ShouldBe(expected[i][j], 1e-5f * Math.Max(1f, largest));
            }
        }
    }

    private static float[][] Gradients(TrainableDecoder model)
    {
        var gradients = model.Parameters.Select(parameter => parameter.Value.Gradient?.ToArray() ?? []).ToArray();
        foreach (var parameter in model.Parameters)
        {
            parameter.Value.ZeroGradient();
        }

        return gradients;
    }

    private TrainableDecoder Create(string family)
    {
        var configuration = DecoderVariants.Small(family) with { TieEmbeddings = family is "gpt2" or "bloom" };
        return new TrainableDecoder(family == "gemma2" ? configuration with { LogitSoftCap = 5 } : configuration, _pool, 7);
    }
}
