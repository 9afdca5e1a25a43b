using System.Text.Json.Nodes;
using Gyre.Models.Architectures.Engine;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>The Llama family against float64 runs of the reference implementations (see each folder's SOURCE.md).</summary>
[Trait("kernel", "true")]
public sealed class LlamaDecoderTests
{
    public static TheoryData<string> Folders =>
    [
        "llama", "llama-q", "llama-rope-linear", "llama-rope-dynamic", "llama-rope-llama3", "llama-rope-yarn", "mistral", "qwen2", "qwen3",
    ];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Logits_equal_the_reference(string name)
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

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_layer_equals_the_reference(string name)
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

    [Theory]
    [MemberData(nameof(Folders))]
    public void Greedy_tokens_equal_the_reference(string name)
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

    [Theory]
    [MemberData(nameof(Folders))]
    public void Token_logprobs_equal_the_reference(string name)
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

    /// <summary>The reference masks the padding and counts positions from the first real token, so a row alone gives the same.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void Rows_of_a_padded_batch_computed_alone_equal_the_reference(string name)
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

    [Theory]
    [MemberData(nameof(Folders))]
    public void Greedy_tokens_of_padded_prompts_continued_alone_equal_the_reference(string name)
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

    private static (string Folder, JsonNode Golden, double Tolerance) Open(string name)
    {
        var folder = TestData.Require("models/kit/" + name);
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")))!;
        return (folder, golden, (double)golden["tolerance"]!["float32_engine_vs_float64_golden"]!["abs"]!);
    }
}
