using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Training against float64 runs of the reference implementations (the "training" part of the kit's goldens).</summary>
public sealed class TrainableDecoderTests : IDisposable
{
    private const int Ignored = -100;
    private readonly ThreadTeam _team = new(2);
    private readonly TensorPool _pool = new();

    public void Dispose()
    {
        _pool.Dispose();
        _team.Dispose();
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gpt2")]
    public void Loss_and_gradients_equal_the_reference(string name)
    {
        var (golden, arrays, model) = Open(name);
        using (arrays)
        using (model)
        {
            using var tape = new Tape(_team, _pool, isRecording: true);
            var (inputs, targets, rows, length) = Batch(arrays);
            var loss = model.Loss(tape, inputs, targets, [], rows, length, Mean(targets));
            ((double)loss.Span[0]).ShouldBe((double)golden["loss_f64"]!, 1e-4);
            tape.Backward(loss);
            using var gradients = Stored(model, [.. model.Parameters.Select(parameter => parameter.Value.Gradient.ShouldNotBeNull())]);
            foreach (var (tensor, norm) in golden["grad_l2_f64"]!.AsObject())
            {
                var gradient = Numbers(gradients, tensor);
                var expected = (double)norm!;
                Math.Sqrt(gradient.Sum(value => (double)value * value)).ShouldBe(expected, 1e-4 * expected, tensor);
                if (arrays.Has("train.grad." + tensor))
                {
                    LlamaDecoderTests.Close(gradient, arrays.Numbers("train.grad." + tensor), 1e-4);
                }
            }

            gradients.Names.Count.ShouldBe(golden["grad_l2_f64"]!.AsObject().Count);
        }
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gpt2")]
    public void Twenty_steps_of_AdamW_equal_the_reference(string name)
    {
        var (golden, arrays, model) = Open(name);
        using (arrays)
        using (model)
        {
            using var tape = new Tape(_team, _pool, isRecording: true);
            var (inputs, targets, rows, length) = Batch(arrays);
            var optimizer = new ReferenceAdamW(model.Parameters, golden["adamw"]!);
            var expected = golden["adamw_losses_f64"]!.AsArray();
            for (var step = 0; step < expected.Count; step++)
            {
                var loss = model.Loss(tape, inputs, targets, [], rows, length, Mean(targets));
                ((double)loss.Span[0]).ShouldBe((double)expected[step]!, 1e-4, $"step {step}");
                if (step < expected.Count - 1)
                {
                    tape.Backward(loss);
                    optimizer.Step();
                }

                tape.Reset();
            }

            using var weights = Stored(model, [.. model.Parameters.Select(parameter => parameter.Value)]);
            var compared = 0;
            foreach (var tensor in weights.Names.Where(tensor => arrays.Has("train.after20." + tensor)))
            {
                compared++;

                // AdamW divides by roots of small sums, so that rounding grows from step to step: in the reference's own float32 run too.
                var rounding = (double)golden["float32_run_max_abs_difference"]!["after20." + tensor]!;
                LlamaDecoderTests.Close(Numbers(weights, tensor), arrays.Numbers("train.after20." + tensor), Math.Max(1e-4, 4 * rounding));
            }

            compared.ShouldBe(2);
        }
    }

    [Fact]
    public void Documents_packed_in_one_row_do_not_see_each_other()
    {
        using var model = Small(out _);
        int[] first = [3, 1, 4, 1, 5];
        int[] second = [9, 2, 6];
        var apart = LossOf(model, first, []) + LossOf(model, second, []);
        var together = LossOf(model, [.. first, .. second], [0, 0, 0, 0, 0, 5, 5, 5], lastOfFirst: 4);
        together.ShouldBe(apart, 1e-4);
        Math.Abs(LossOf(model, [.. first, .. second], [], lastOfFirst: 4) - apart).ShouldBeGreaterThan(1e-3);

        double LossOf(TrainableDecoder model, int[] ids, int[] starts, int lastOfFirst = -1)
        {
            using var tape = new Tape(_team, _pool, isRecording: false);
            int[] targets = [.. ids.Select((_, i) => i == ids.Length - 1 || i == lastOfFirst ? Ignored : ids[i + 1])];
            return model.Loss(tape, ids, targets, starts, 1, ids.Length, 1f).Span[0];
        }
    }

    [Fact]
    public void Recomputing_layers_changes_no_bit_of_the_gradients()
    {
        using var model = Small(out _);
        int[] ids = [3, 1, 4, 1, 5, 9, 2, 6];
        var plain = Gradients(model, ids);
        model.ActivationCheckpointing = true;
        Gradients(model, ids).ShouldBe(plain);
    }

    [Fact]
    public void One_and_two_threads_give_the_same_bits()
    {
        using var model = Small(out _);
        int[] ids = [3, 1, 4, 1, 5, 9, 2, 6];
        using var alone = new ThreadTeam(1);
        Gradients(model, ids, alone).ShouldBe(Gradients(model, ids));
    }

    [Fact]
    public void Equal_seeds_give_equal_weights_of_the_wanted_spread()
    {
        using var first = Small(out var configuration);
        using var second = new TrainableDecoder(configuration, _pool, 7);
        using var other = new TrainableDecoder(configuration, _pool, 8);
        for (var i = 0; i < first.Parameters.Count; i++)
        {
            second.Parameters[i].Value.ToArray().ShouldBe(first.Parameters[i].Value.ToArray());
        }

        other.Parameters[0].Value.ToArray().ShouldNotBe(first.Parameters[0].Value.ToArray());
        Deviation(first, "model.layers.0.mlp.up_proj.weight").ShouldBe(0.02, 0.002);
        Deviation(first, "model.layers.0.mlp.down_proj.weight").ShouldBe(0.02 / Math.Sqrt(2 * configuration.Layers), 0.001);
        first.Parameters.Where(parameter => !parameter.Decays).ShouldAllBe(parameter => parameter.Value.ToArray().All(value => value == 1f));

        static double Deviation(TrainableDecoder model, string name)
        {
            var values = model.Parameters.First(parameter => parameter.Name == name).Value.ToArray();
            return Math.Sqrt(values.Average(value => (double)value * value));
        }
    }

    [Fact]
    public void A_saved_model_generates_what_the_trained_one_scores()
    {
        var folder = Path.Combine(Path.GetTempPath(), "gyre-trainable-" + Guid.NewGuid().ToString("N"));
        try
        {
            using var model = Small(out var configuration);
            model.Save(folder);
            using var weights = SafetensorsFolder.Open(folder);
            var read = Configuration(weights);
            read.ToHuggingFace().ShouldBe(configuration.ToHuggingFace());
            using var decoder = DecoderLoader.Load(weights, read, new DecoderOptions { Team = _team });
            using var session = decoder.CreateSession(8);
            int[] ids = [3, 1, 4, 1, 5];
            var logits = new float[ids.Length * decoder.VocabularySize];
            session.ForwardAll(ids, logits);
            var expected = -Logprobs.OfFollowing(logits, ids, decoder.VocabularySize).Sum();
            using var tape = new Tape(_team, _pool, isRecording: false);
            model.Loss(tape, ids, [1, 4, 1, 5, Ignored], [], 1, 5, 1f).Span[0].ShouldBe(expected, 1e-4f);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error_with_a_code()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-trainable-").FullName;
        try
        {
            using var model = Small(out _);
            var file = Path.Combine(folder, "file");
            File.WriteAllText(file, "");
            Should.Throw<ModelException>(() => model.Save(file)).Code.ShouldBe("RUN0007");
            Should.Throw<ModelException>(() => model.Save(Path.Combine(file, "below"))).Code.ShouldBe("RUN0007");

            // config.json is a folder, so the new one cannot take its place.
            var taken = Path.Combine(folder, "taken");
            Directory.CreateDirectory(Path.Combine(taken, "config.json"));
            Should.Throw<ModelException>(() => model.Save(taken)).Code.ShouldBe("RUN0007");
            Directory.GetFileSystemEntries(taken).Select(Path.GetFileName).ShouldBe(["config.json", "model.safetensors"], ignoreOrder: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Weights_that_cannot_be_written_leave_the_configuration_of_before()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-trainable-").FullName;
        try
        {
            using var model = Small(out _);
            Directory.CreateDirectory(Path.Combine(folder, "model.safetensors"));
            File.WriteAllText(Path.Combine(folder, "config.json"), "before");

            Should.Throw<ModelException>(() => model.Save(folder)).Code.ShouldBe("RUN0007");

            File.ReadAllText(Path.Combine(folder, "config.json")).ShouldBe("before");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Wrong_lengths_and_starts_are_refused()
    {
        using var model = Small(out _);
        using var tape = new Tape(_team, _pool, isRecording: false);
        Should.Throw<ArgumentException>(() => model.Loss(tape, [1, 2], [1], [], 1, 2, 1f)).Message.ShouldContain("2 inputs, 1 targets");
        Should.Throw<ArgumentException>(() => model.Loss(tape, [1, 2], [1, 2], [0, 2], 1, 2, 1f)).Message.ShouldContain("document start 2");
        Should.Throw<ArgumentOutOfRangeException>(() => model.Loss(tape, new int[33], new int[33], [], 1, 33, 1f));
    }

    /// <summary>Tensors of the parameters' sizes, put together as a file has them.</summary>
    private static SafetensorsFile Stored(TrainableDecoder model, Tensor[] values)
    {
        var path = Path.GetTempFileName();
        using (var export = new WeightExport(Architecture.Create(model.Configuration, "here").Weights, values))
        {
            export.Write(path);
        }

        var file = SafetensorsFile.Open(path);
        File.Delete(path); // The mapping keeps it.
        return file;
    }

    private static unsafe float[] Numbers(SafetensorsFile file, string name)
    {
        var tensor = file.Get(name);
        return new ReadOnlySpan<float>(tensor.Bytes, (int)(tensor.LengthBytes / sizeof(float))).ToArray();
    }

    private static float Mean(int[] targets) => 1f / targets.Count(target => target != Ignored);

    private static int[] Shifted(int[][] rows) =>
        [.. rows.SelectMany(row => row.Select((_, i) => i == row.Length - 1 ? Ignored : row[i + 1]))];

    private static (int[] Inputs, int[] Targets, int Rows, int Length) Batch(GoldenArrays arrays)
    {
        var ids = arrays.Ids("train.input_ids");
        return ([.. ids.SelectMany(row => row)], Shifted(arrays.Ids("train.labels")), ids.Length, ids[0].Length);
    }

    private static DecoderConfiguration Configuration(SafetensorsFolder folder)
    {
        var path = Path.Combine(folder.Path, "config.json");
        return DecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path);
    }

    private (JsonNode Golden, GoldenArrays Arrays, TrainableDecoder Model) Open(string name)
    {
        var place = TestData.Require("models/kit/" + name);
        using var folder = SafetensorsFolder.Open(place);
        return (JsonNode.Parse(File.ReadAllText(Path.Combine(place, "golden.json")))!["training"]!,
            GoldenArrays.Open(place),
            TrainableDecoder.FromWeights(folder, Configuration(folder), _pool));
    }

    private TrainableDecoder Small(out DecoderConfiguration configuration)
    {
        configuration = new DecoderConfiguration
        {
            Architecture = "llama",
            VocabularySize = 40,
            HiddenSize = 32,
            IntermediateSize = 48,
            Layers = 3,
            Heads = 4,
            KeyValueHeads = 2,
            HeadWidth = 8,
            ContextLength = 32,
            TieEmbeddings = true,
        };
        return new TrainableDecoder(configuration, _pool, 7);
    }

    private float[][] Gradients(TrainableDecoder model, int[] ids, ThreadTeam? team = null)
    {
        using var tape = new Tape(team ?? _team, _pool, isRecording: true);
        var loss = model.Loss(tape, ids, Shifted([ids]), [], 1, ids.Length, 0.1f);
        tape.Backward(loss);
        var gradients = model.Parameters.Select(parameter => parameter.Value.Gradient.ShouldNotBeNull().ToArray()).ToArray();
        foreach (var parameter in model.Parameters)
        {
            parameter.Value.ZeroGradient();
        }

        return gradients;
    }
}
