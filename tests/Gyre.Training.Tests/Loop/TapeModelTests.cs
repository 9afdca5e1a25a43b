using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Loop;
using Gyre.Training.Optimization;
using Gyre.Training.Packing;
using Gyre.Training.Recipes;

namespace Gyre.Training.Tests.Loop;

/// <summary>A decoder trained by the loop's own parts, against a float64 run of the reference implementation.</summary>
public class TapeModelTests
{
    private const double Tolerance = 1e-4; // The golden's own, for training losses and weights in float32.

    [Fact]
    public void Twenty_steps_of_AdamW_on_a_decoder_equal_the_reference()
    {
        var place = TestData.Require("models/kit/llama");
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(place, "golden.json")))!["training"]!;
        var settings = golden["adamw"]!;
        var expected = golden["adamw_losses_f64"]!.AsArray().Select(loss => (double)loss!).ToArray();
        expected.Length.ShouldBe(21);
        using var arrays = SafetensorsFile.Open(Path.Combine(place, "golden.safetensors"));
        using var team = new ThreadTeam(2);
        using var pool = new TensorPool();
        using var folder = SafetensorsFolder.Open(place);
        using var decoder = TrainableDecoder.FromWeights(folder, DecoderConfiguration.FromHuggingFace(File.ReadAllText(Path.Combine(place, "config.json")), "config.json"), pool);
        using var recording = new Tape(team, pool, isRecording: true);
        using var measuring = new Tape(team, pool, isRecording: false);
        var model = new TapeModel(decoder, recording, measuring);
        var optimizer = new AdamW([.. model.Parameters.Select(parameter => parameter with { Decays = true })], Options(settings), team);
        var batch = ReadBatch(arrays);
        var scale = 1f / batch.TargetCount;

        for (var step = 1; step < expected.Length; step++)
        {
            model.Measure(batch, scale).ShouldBe(expected[step - 1], Tolerance, $"before step {step}");
            model.ZeroGradients();
            model.Accumulate(batch, scale).ShouldBe(expected[step - 1], Tolerance, $"step {step}");
            optimizer.Step(step, (double)settings["lr"]!, optimizer.GradientNorm());
        }

        model.Measure(batch, scale).ShouldBe(expected[^1], Tolerance, "after the last step");
        var compared = 0;
        foreach (var parameter in model.Parameters)
        {
            if (!arrays.TryGet("train.after20." + parameter.Name, out _))
            {
                continue;
            }

            compared++;
            var wanted = Read<float>(arrays, "train.after20." + parameter.Name);
            var values = parameter.Value().ToArray();
            values.Length.ShouldBe(wanted.Length);
            values.Zip(wanted, (value, other) => Math.Abs(value - other)).Max().ShouldBeLessThanOrEqualTo((float)Tolerance, parameter.Name);
        }

        compared.ShouldBe(2);
    }

    private static OptimizerRecipe Options(JsonNode settings) => new()
    {
        Beta1 = (double)settings["betas"]![0]!,
        Beta2 = (double)settings["betas"]![1]!,
        Epsilon = (double)settings["eps"]!,
        Decay = (double)settings["weight_decay"]!,
        ClipNorm = 0,
    };

    /// <summary>The golden's rows; a target is the label of the next position.</summary>
    private static Batch ReadBatch(SafetensorsFile arrays)
    {
        var length = (int)arrays.Get("train.input_ids").Shape[^1];
        var ids = Read<long>(arrays, "train.input_ids");
        var labels = Read<long>(arrays, "train.labels");
        var batch = new Batch(ids.Length / length, length);
        for (var i = 0; i < ids.Length; i++)
        {
            batch.Inputs[i] = (int)ids[i];
            batch.Targets[i] = i % length == length - 1 ? Batch.Ignored : (int)labels[i + 1];
        }

        batch.TokenCount = ids.Length;
        batch.TargetCount = batch.Targets.Count(target => target != Batch.Ignored);
        return batch;
    }

    private static unsafe T[] Read<T>(SafetensorsFile file, string name)
        where T : unmanaged
    {
        var tensor = file.Get(name);
        return MemoryMarshal.Cast<byte, T>(new ReadOnlySpan<byte>(tensor.Bytes, checked((int)tensor.LengthBytes))).ToArray();
    }
}
