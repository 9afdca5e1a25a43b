using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Models.Tests.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters.Training;

/// <summary>Adapters of encoders and of models that answer a source against the reference's runs (see each folder's SOURCE.md).</summary>
public sealed class OtherBasesGoldenTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-adapter-").FullName;

    [Fact]
    public void A_classifier_with_its_saved_head_trains_as_the_reference()
    {
        var (folder, golden, tolerance) = FamilyTests.Open("peft-lora-bert-seqcls");
        using var arrays = GoldenArrays.Open(folder);
        using var team = new ThreadTeam(2);
        using var pool = new TensorPool();
        var place = TestData.Require("models/kit/bert-seqcls");
        using var weights = SafetensorsFolder.Open(place);
        var json = Path.Combine(place, "config.json");
        using var model = TrainableEncoder.FromWeights(weights, EncoderConfiguration.FromHuggingFace(File.ReadAllText(json), json), pool);
        using var adapter = TrainableAdapter.Load(folder, model);
        adapter.Report().Trained.ShouldBe((long)golden["trainable_parameters"]!);
        var (ids, masks) = (arrays.Ids("input_ids"), arrays.Ids("attention_mask"));
        int[] labels = [.. arrays.Numbers("labels").Select(label => (int)label)];
        int[] lengths = [.. masks.Select(mask => mask.Sum())];
        var optimizer = new ReferenceAdamW(adapter.Parameters, golden["adamw"]!);
        var expected = AdaptedDecoder.Numbers(golden["adamw_losses"]!);
        for (var step = 0; step < expected.Length; step++)
        {
            using var tape = new Tape(team, pool, isRecording: true);
            var loss = model.Loss(tape, [.. ids.SelectMany(row => row)], [], lengths, labels, ids[0].Length, 1f / labels.Length);
            ((double)loss.Span[0]).ShouldBe(expected[step], 5e-4, $"step {step}");
            tape.Backward(loss);
            if (step == 0)
            {
                Compare(adapter, golden, arrays, 2e-4);
            }

            optimizer.Step();
        }

        // What was trained answers alike in the engine.
        adapter.Save(_folder);
        using var loaded = LoadedEncoder.Open("models/kit/bert-seqcls");
        loaded.Encoder.LoadAdapter("trained", _folder);
        loaded.Encoder.LoadAdapter("given", folder);
        var (before, after) = (0.0, 0.0);
        for (var row = 0; row < ids.Length; row++)
        {
            before += Loss(loaded.ResultsOf(EncoderOutput.Head, ids[row][..lengths[row]], null, "given")[..3], labels[row]) / ids.Length;
            after += Loss(loaded.ResultsOf(EncoderOutput.Head, ids[row][..lengths[row]], null, "trained")[..3], labels[row]) / ids.Length;
        }

        before.ShouldBe(expected[0], tolerance);
        after.ShouldBeLessThan(expected[^1]);
    }

    [Theory]
    [InlineData("peft-lora-t5")]
    [InlineData("peft-ia3-t5")]
    public void A_model_that_answers_sources_trains_as_the_reference(string name)
    {
        var (folder, golden, tolerance) = FamilyTests.Open(name);
        using var arrays = GoldenArrays.Open(folder);
        using var trained = new TrainedPairModel(TestData.Require("models/kit/t5"));
        using var adapter = TrainableAdapter.Load(folder, trained.Model);
        adapter.Report().Trained.ShouldBe((long)golden["trainable_parameters"]!);
        var masks = arrays.Ids("attention_mask");
        int[][] sources = [.. arrays.Ids("input_ids").Select((row, i) => row[..masks[i].Sum()])];
        int[][] answers = [.. arrays.Ids("labels").Select(row => (int[])[trained.Model.Configuration.StartTokenId, .. row.TakeWhile(id => id != TrainedPairModel.Ignored)])];
        var expected = AdaptedDecoder.Numbers(golden["adamw_losses"]!);
        var single = AdaptedDecoder.Numbers(golden["adamw_losses_f32"]!);
        var optimizer = new ReferenceAdamW(adapter.Parameters, golden["adamw"]!);
        var (rounding, compared) = (0.0, 0);
        for (var step = 0; step < expected.Length; step++)
        {
            rounding = Math.Max(rounding, Math.Abs(expected[step] - single[step]));
            if (rounding > 1e-3)
            {
                break; // The reference's own float32 run has left its float64 run.
            }

            trained.Step(sources, answers).ShouldBe(expected[step], tolerance + (5 * rounding), $"step {step}");
            compared++;
            if (step == 0)
            {
                Compare(adapter, golden, arrays, name == "peft-lora-t5" ? 2e-2 : 2e-3); // The reference's own float32 run strays by 3e-3.
            }

            optimizer.Step();
        }

        compared.ShouldBe(name == "peft-lora-t5" ? 1 : 20);
    }

    [Fact]
    public void A_new_adapter_of_a_classifier_saves_its_head_and_another_base_is_refused()
    {
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        var place = TestData.Require("models/kit/bert-seqcls");
        using var weights = SafetensorsFolder.Open(place);
        var json = Path.Combine(place, "config.json");
        using var model = TrainableEncoder.FromWeights(weights, EncoderConfiguration.FromHuggingFace(File.ReadAllText(json), json), pool);
        using var adapter = TrainableAdapter.Create(new AdapterOptions { Rank = 4 }, model, 1);
        adapter.Parameters.Select(parameter => parameter.Name).ShouldContain("classifier.bias");
        adapter.Parameters.Select(parameter => parameter.Name).ShouldContain("bert.encoder.layer.0.attention.self.query.lora_A");
        adapter.Save(_folder);
        File.ReadAllText(Path.Combine(_folder, "adapter_config.json")).ShouldContain("\"SEQ_CLS\"");
        using var loaded = LoadedEncoder.Open("models/kit/bert-seqcls");
        loaded.Encoder.LoadAdapter("a", _folder);
        using var decoder = new AdaptedDecoder("models/kit/llama");
        Should.Throw<ModelException>(() => TrainableAdapter.Load(_folder, decoder.Model)).Code.ShouldBe("RUN0422");
        var prompt = new AdapterOptions { Method = AdapterMethod.PromptTuning };
        Should.Throw<ModelException>(() => TrainableAdapter.Create(prompt, model, 1, "other")).Code.ShouldBe("RUN0425");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static double Loss(float[] logits, int label) => Math.Log(logits.Sum(value => Math.Exp(value))) - logits[label];

    private static void Compare(TrainableAdapter adapter, System.Text.Json.Nodes.JsonNode golden, GoldenArrays arrays, double tolerance)
    {
        using var saved = new SavedGradients(adapter);
        foreach (var (name, norm) in golden["grad_l2"]!.AsObject())
        {
            var gradient = saved.Of(name);
            Math.Sqrt(gradient.Sum(value => (double)value * value)).ShouldBe((double)norm!, tolerance * (1 + (double)norm!), name);
            if (arrays.Has("grad." + name))
            {
                FamilyTests.Close(gradient, arrays.Numbers("grad." + name), tolerance);
            }
        }
    }
}
