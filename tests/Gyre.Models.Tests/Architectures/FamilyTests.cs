using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>What every family is held to: float64 runs of the reference implementations (see each folder's SOURCE.md).</summary>
public abstract class FamilyTests
{
    /// <summary>Folders of the kit with models of the family.</summary>
    protected abstract string[] Folders { get; }

    [Fact]
    [Trait("kernel", "true")]
    public void Logits_equal_the_reference()
    {
        foreach (var name in Folders)
        {
            var (folder, golden, tolerance) = Open(name);
            using var arrays = GoldenArrays.Open(folder);
            using var loaded = LoadedDecoder.Open("models/kit/" + name);
            var expected = arrays.Numbers("logits");
            var rows = arrays.Ids("input_ids");
            for (var row = 0; row < rows.Length; row++)
            {
                var logits = loaded.LogitsOf(rows[row]);
                Close(logits, expected.AsSpan(row * logits.Length, logits.Length), tolerance);
            }
        }
    }

    [Fact]
    public void Every_layer_equals_the_reference()
    {
        foreach (var name in Folders)
        {
            var (folder, _, tolerance) = Open(name);
            using var arrays = GoldenArrays.Open(folder);
            using var loaded = LoadedDecoder.Open("models/kit/" + name);
            var ids = arrays.Ids("input_ids")[0];
            using var session = (EngineSession)loaded.Decoder.CreateSession(ids.Length);
            var layers = loaded.Configuration.Layers;
            var seen = 0;
            session.ForwardObserved(ids, (layer, hidden) =>
            {
                seen++;
                if (layer < layers)
                {
                    Close(hidden, arrays.Numbers($"hidden_states.{layer}"), tolerance);
                }
            });
            seen.ShouldBe(layers + 1);
        }
    }

    [Fact]
    [Trait("kernel", "true")]
    public void Greedy_tokens_equal_the_reference()
    {
        foreach (var name in Folders)
        {
            var (_, golden, _) = Open(name);
            using var loaded = LoadedDecoder.Open("models/kit/" + name);
            var greedy = golden["greedy"]!;
            for (var row = 0; row < greedy["prompt_ids"]!.AsArray().Count; row++)
            {
                var expected = Ids(greedy["new_ids"]![row]!);
                loaded.Greedy(Ids(greedy["prompt_ids"]![row]!), expected.Length).ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void Token_logprobs_equal_the_reference()
    {
        foreach (var name in Folders)
        {
            var (folder, _, tolerance) = Open(name);
            using var arrays = GoldenArrays.Open(folder);
            using var loaded = LoadedDecoder.Open("models/kit/" + name);
            var rows = arrays.Ids("input_ids");
            var expected = arrays.Numbers("token_logprobs");
            for (var row = 0; row < rows.Length; row++)
            {
                var logits = loaded.LogitsOf(rows[row]);
                var logprobs = Logprobs.OfFollowing(logits, rows[row], loaded.Decoder.VocabularySize);
                Close(logprobs, expected.AsSpan(row * logprobs.Length, logprobs.Length), tolerance);
            }
        }
    }

    /// <summary>The reference masks the padding and counts positions from the first real token, so a row alone gives the same.</summary>
    [Fact]
    public void Rows_of_a_padded_batch_computed_alone_equal_the_reference()
    {
        foreach (var name in Folders)
        {
            var (folder, _, tolerance) = Open(name);
            using var arrays = GoldenArrays.Open(folder);
            using var loaded = LoadedDecoder.Open("models/kit/" + name);
            var expected = arrays.Numbers("padded.logits");
            var rows = PaddedRows(arrays);
            var rowLength = expected.Length / rows.Length;
            rows.Select(ids => ids.Length).Distinct().Count().ShouldBe(rows.Length); // One row at least is padded.
            for (var row = 0; row < rows.Length; row++)
            {
                var logits = loaded.LogitsOf(rows[row]);
                var padding = rowLength - logits.Length;
                Close(logits, expected.AsSpan((row * rowLength) + padding, logits.Length), tolerance);
                expected.AsSpan(row * rowLength, padding).IndexOfAnyExcept(0).ShouldBe(-1);
            }
        }
    }

    [Fact]
    public void Greedy_tokens_of_padded_prompts_continued_alone_equal_the_reference()
    {
        foreach (var name in Folders)
        {
            var (folder, golden, _) = Open(name);
            using var arrays = GoldenArrays.Open(folder);
            using var loaded = LoadedDecoder.Open("models/kit/" + name);
            var prompts = PaddedRows(arrays);
            golden["greedy_left_padded"]!["new_ids"]!.AsArray().Count.ShouldBe(prompts.Length);
            for (var row = 0; row < prompts.Length; row++)
            {
                var expected = Ids(golden["greedy_left_padded"]!["new_ids"]![row]!);
                loaded.Greedy(prompts[row], expected.Length).ShouldBe(expected);
            }
        }
    }

    /// <summary>The tape and the plan are two executors of one definition.</summary>
    [Fact]
    [Trait("kernel", "true")]
    public void The_loss_of_the_tape_is_the_cross_entropy_of_the_engine_s_logits()
    {
        foreach (var name in Folders)
        {
            var (folder, _, _) = Open(name);
            using var arrays = GoldenArrays.Open(folder);
            using var trained = new TrainedFolder(folder);
            var ids = arrays.Ids("input_ids");
            using var loaded = LoadedDecoder.Open("models/kit/" + name);
            var expected = -ids.Average(row => Logprobs.OfFollowing(loaded.LogitsOf(row), row, loaded.Decoder.VocabularySize).Average(value => (double)value));
            trained.Loss(ids).ShouldBe(expected, 1e-4, name);
            expected.ShouldBe(-arrays.Numbers("token_logprobs").Average(), 1e-4, name);
        }
    }

    [Fact]
    public void The_loss_rises_along_its_gradient_as_steeply_as_the_gradient_is_long()
    {
        foreach (var name in Folders)
        {
            var (folder, _, _) = Open(name);
            using var arrays = GoldenArrays.Open(folder);
            using var trained = new TrainedFolder(folder);
            var (norm, slope) = trained.SlopeAlongGradient(arrays.Ids("input_ids")[..1]);
            slope.ShouldBe(norm, 0.01 * norm, name);
        }
    }

    [Fact]
    public void Recomputing_layers_changes_no_bit_of_the_gradients()
    {
        foreach (var name in Folders)
        {
            var (folder, _, _) = Open(name);
            using var arrays = GoldenArrays.Open(folder);
            using var trained = new TrainedFolder(folder);
            var ids = arrays.Ids("input_ids")[..1];
            var plain = trained.Gradients(ids);
            trained.Model.ActivationCheckpointing = true;
            trained.Gradients(ids).ShouldBe(plain, name);
        }
    }

    /// <summary>Weights widened, cut apart, put together again and written are those of the file.</summary>
    [Fact]
    public void A_saved_model_has_the_tensors_of_the_file_it_came_from()
    {
        foreach (var name in Folders)
        {
            var (folder, _, _) = Open(name);
            var target = Directory.CreateTempSubdirectory("gyre-family-").FullName;
            try
            {
                using (var trained = new TrainedFolder(folder))
                {
                    trained.Model.Save(target);
                    trained.Configuration.ToHuggingFace().ShouldBe(File.ReadAllText(Path.Combine(target, "config.json")));
                }

                using var before = SafetensorsFolder.Open(folder);
                using var after = SafetensorsFolder.Open(target);
                after.Names.Order().ShouldBe(before.Names.Order());
                foreach (var tensor in before.Names)
                {
                    after.Get(tensor).Shape.ShouldBe(before.Get(tensor).Shape, tensor);
                    Widened(after.Get(tensor)).ShouldBe(Widened(before.Get(tensor)), 1e-6, tensor);
                }
            }
            finally
            {
                Directory.Delete(target, recursive: true);
            }
        }
    }

    [Fact]
    public void A_written_configuration_reads_back_the_same()
    {
        foreach (var name in Folders)
        {
            var path = Path.Combine(Open(name).Folder, "config.json");
            var first = DecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path);
            var text = first.ToHuggingFace();
            var second = DecoderConfiguration.FromHuggingFace(text, "written.json");
            second.ToHuggingFace().ShouldBe(text, name);
            Plain(second).ShouldBe(Plain(first), name);
        }

        static DecoderConfiguration Plain(DecoderConfiguration configuration) =>
            configuration with { SlidingLayers = [], EndTokenIds = [], Rotary = new RotaryOptions() };
    }

    [Fact]
    [Trait("kernel", "true")]
    public void Each_sequence_of_a_batch_has_the_bits_of_its_solo_run()
    {
        foreach (var name in Folders)
        {
            using var arrays = GoldenArrays.Open(Open(name).Folder);
            using var loaded = LoadedDecoder.Open("models/kit/" + name);
            var rows = arrays.Ids("input_ids");
            var expected = rows.Select(loaded.LogitsOf).ToArray();
            using var first = loaded.Decoder.CreateSession(rows[0].Length);
            using var second = loaded.Decoder.CreateSession(rows[1].Length);
            var batch = new DecoderBatch();
            var width = loaded.Decoder.VocabularySize;

            // One is a token ahead, so that a row's place in the run and in its sequence differ.
            batch.Add(second, rows[1].AsSpan(0, 1), LogitRows.All);
            loaded.Decoder.Forward(batch);
            for (var at = 0; at < rows[0].Length - 3; at += 3)
            {
                batch.Clear();
                batch.Add(first, rows[0].AsSpan(at, 3), LogitRows.All);
                batch.Add(second, rows[1].AsSpan(at + 1, 3), LogitRows.Last);
                loaded.Decoder.Forward(batch);
                for (var row = 0; row < 3; row++)
                {
                    batch.Logits(0, row).ToArray().ShouldBe(expected[0][((at + row) * width)..((at + row + 1) * width)], name);
                }

                batch.Logits(1, 0).ToArray().ShouldBe(expected[1][((at + 3) * width)..((at + 4) * width)], name);
            }
        }
    }

    [Fact]
    public void Generating_a_token_allocates_nothing()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedDecoder.Open("models/kit/" + name);
            using var session = loaded.Decoder.CreateSession(40);
            ReadOnlySpan<int> token = [3];
            for (var i = 0; i < 10; i++)
            {
                session.Forward(token);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 30; i++)
            {
                session.Forward(token);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0, name);
        }
    }

    [Fact]
    [Trait("kernel", "true")]
    public void Threads_and_chunks_do_not_change_the_bits()
    {
        foreach (var name in Folders)
        {
            using var arrays = GoldenArrays.Open(Open(name).Folder);
            var ids = arrays.Ids("input_ids")[0];
            using var two = LoadedDecoder.Open("models/kit/" + name);
            using var three = LoadedDecoder.Open("models/kit/" + name, threads: 3);
            using var chunked = LoadedDecoder.Open("models/kit/" + name, chunk: 3);
            var expected = two.LogitsOf(ids);
            three.LogitsOf(ids).ShouldBe(expected, name);
            chunked.LogitsOf(ids).ShouldBe(expected, name);
        }
    }

    internal static int[] Ids(JsonNode node) => [.. node.AsArray().Select(item => (int)item!)];

    internal static void Close(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected, double tolerance)
    {
        actual.Length.ShouldBe(expected.Length);
        var worst = 0.0;
        for (var i = 0; i < actual.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(actual[i] - expected[i]));
            float.IsFinite(actual[i]).ShouldBeTrue();
        }

        worst.ShouldBeLessThanOrEqualTo(tolerance);
    }

    /// <summary>The real tokens of each row of the padded batch, whose padding stands on the left.</summary>
    private static int[][] PaddedRows(GoldenArrays arrays)
    {
        var masks = arrays.Ids("padded.attention_mask");
        masks.ShouldAllBe(mask => mask.SequenceEqual(mask.Order()));
        return [.. arrays.Ids("padded.input_ids").Zip(masks, (ids, mask) => ids[mask.IndexOf(1)..])];
    }

    internal static (string Folder, JsonNode Golden, double Tolerance) Open(string name)
    {
        var folder = TestData.Require("models/kit/" + name);
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")))!;
        return (folder, golden, (double)golden["tolerance"]!["float32_engine_vs_float64_golden"]!["abs"]!);
    }

    private static unsafe float[] Widened(WeightTensor tensor)
    {
        var values = new float[tensor.Shape.Aggregate(1L, (a, b) => a * b)];
        fixed (float* first = values)
        {
            Blocks.Dequantise(tensor.Format, tensor.Bytes, values.Length, first);
        }

        return values;
    }
}
