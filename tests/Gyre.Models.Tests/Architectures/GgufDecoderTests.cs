using System.Globalization;
using System.Text.Json.Nodes;
using Gyre.TestSupport;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Architectures;

/// <summary>The kit's GGUF files against llama.cpp and against float64 runs of their own values (golden_gguf.json).</summary>
[Trait("kernel", "true")]
public sealed class GgufDecoderTests
{
    /// <summary>How far apart two logits are at most where rounded activations choose another token than llama.cpp's; the largest seen is 0.157.</summary>
    private const float NearTie = 0.25f;

    public static TheoryData<string, string> Files => new()
    {
        { "llama", "f16" }, { "llama", "q8_0" }, { "llama", "q4_0" },
        { "llama-q", "q4_0" }, { "llama-q-gguf8", "q8_0" },
        { "llama-q-gguf", "q4_k_m" }, { "llama-q-gguf", "q5_k_m" }, { "llama-q-gguf", "q6_k" },
        { "llama-rope-llama3", "f16" },
        { "qwen2", "f16" }, { "qwen2", "q8_0" },
        { "qwen3", "f16" }, { "qwen3", "q8_0" },
        { "gpt2", "f16" }, { "gpt2", "q8_0" }, { "gpt_neox", "f16" }, { "phi3", "f16" }, { "falcon", "f16" }, { "gemma", "f16" },
    };

    /// <summary>The reference has no float64 run of the Qwen 3 files, and of other files in F16 it has that of the same weights.</summary>
    public static TheoryData<string, string> WidenedFiles =>
        [.. Files.Where(row => row.Data.Item1 is not ("qwen3" or "gpt_neox" or "phi3" or "falcon" or "gemma"))];

    public static TheoryData<string> HalfFiles => ["llama", "qwen2", "qwen3", "gpt2", "gpt_neox", "phi3", "falcon", "gemma"];

    [Theory]
    [MemberData(nameof(WidenedFiles))]
    public void Widened_values_give_the_logits_of_the_float64_run(string folder, string encoding)
    {
        var golden = Golden(folder, encoding);
        using var arrays = GoldenArrays.Open(TestData.Require("models/kit/" + folder), "golden_gguf.safetensors");
        using var loaded = LoadedDecoder.Open($"models/kit/{folder}/model.{encoding}.gguf", ElementFormat.F32);
        var logits = loaded.LogitsOf(LlamaDecoderTests.Ids(golden["input_ids"]![0]!));
        LlamaDecoderTests.Close(logits, arrays.Numbers(encoding + ".dequant_logits"), (double)golden["tolerance"]!["vs_dequant_logits_abs"]!);
    }

    /// <summary>F16 holds the weights of the safetensors file exactly.</summary>
    [Theory]
    [MemberData(nameof(HalfFiles))]
    public void Files_in_half_precision_give_the_logits_of_the_reference(string folder)
    {
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(TestData.Require("models/kit/" + folder), "golden.json")))!;
        using var arrays = GoldenArrays.Open(TestData.Require("models/kit/" + folder));
        using var loaded = LoadedDecoder.Open($"models/kit/{folder}/model.f16.gguf", ElementFormat.F32);
        var logits = loaded.LogitsOf(arrays.Ids("input_ids")[0]);
        var tolerance = (double)golden["tolerance"]!["float32_engine_vs_float64_golden"]!["abs"]!;
        LlamaDecoderTests.Close(logits, arrays.Numbers("logits").AsSpan(0, logits.Length), tolerance);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Computing_on_the_encoding_stays_near_llama_cpp(string folder, string encoding)
    {
        var golden = Golden(folder, encoding);
        using var arrays = GoldenArrays.Open(TestData.Require("models/kit/" + folder), "golden_gguf.safetensors");
        using var loaded = LoadedDecoder.Open($"models/kit/{folder}/model.{encoding}.gguf");
        var logits = loaded.LogitsOf(LlamaDecoderTests.Ids(golden["input_ids"]![0]!));
        LlamaDecoderTests.Close(logits, arrays.Numbers(encoding + ".llamacpp_logits"), (double)golden["tolerance"]!["vs_llamacpp_logits_abs"]!);
    }

    /// <summary>A difference of two logits, and one of a logit and the logarithm of all, moves by twice the tolerance of one at most.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void The_likeliest_tokens_are_those_of_llama_cpp(string folder, string encoding)
    {
        var golden = Golden(folder, encoding);
        var slack = 2 * (double)golden["tolerance"]!["vs_llamacpp_logits_abs"]!;
        using var loaded = LoadedDecoder.Open($"models/kit/{folder}/model.{encoding}.gguf");
        var vocabulary = loaded.Decoder.VocabularySize;
        var logits = loaded.LogitsOf(LlamaDecoderTests.Ids(golden["input_ids"]![0]!));
        var positions = golden["top20_row0"]!.AsObject();
        positions.Count.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var (position, top) in positions)
        {
            var at = logits.AsSpan(int.Parse(position, CultureInfo.InvariantCulture) * vocabulary, vocabulary).ToArray();
            var ids = LlamaDecoderTests.Ids(top!["ids"]!);
            var expected = top["logprobs"]!.AsArray().Select(value => (double)value!).ToArray();
            for (var rank = 0; rank < ids.Length; rank++)
            {
                Logprobs.Of(at, ids[rank]).ShouldBe(expected[rank], slack, $"rank {rank} at position {position}");
            }

            Enumerable.Range(0, vocabulary).Except(ids).Max(id => Logprobs.Of(at, id)).ShouldBeLessThanOrEqualTo(expected[^1] + slack);
        }
    }

    /// <summary>
    /// Tokens are equal to the end when no margin is within the tolerance, and for F16 weights, for which llama.cpp
    /// chose the tokens of the float64 run too; else until a step at which both are nearly as likely.
    /// </summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Greedy_tokens_are_those_of_llama_cpp(string folder, string encoding)
    {
        var golden = Golden(folder, encoding);
        var slack = 2 * (double)golden["tolerance"]!["vs_llamacpp_logits_abs"]!;
        using var loaded = LoadedDecoder.Open($"models/kit/{folder}/model.{encoding}.gguf");
        var rows = golden["greedy"]!.AsArray();
        rows.Count.ShouldBe(golden["input_ids"]!.AsArray().Count);
        for (var row = 0; row < rows.Count; row++)
        {
            var prompt = LlamaDecoderTests.Ids(golden["input_ids"]![row]!)[..(int)golden["greedy_prompt_len"]!];
            var expected = LlamaDecoderTests.Ids(rows[row]!["new_ids"]!);
            var actual = loaded.Greedy(prompt, expected.Length);
            var same = actual.AsSpan().CommonPrefixLength(expected);
            if (same == expected.Length)
            {
                continue;
            }

            (encoding == "f16" && (bool)golden["greedy_equals_hf"]![row]!).ShouldBeFalse($"row {row}, step {same}");
            ((double)rows[row]!["min_margin"]!).ShouldBeLessThanOrEqualTo(slack, $"row {row}, step {same}");
            var last = loaded.LogitsOf([.. prompt, .. expected[..same]]).AsSpan(^loaded.Decoder.VocabularySize..);
            (last[actual[same]] - last[expected[same]]).ShouldBeLessThanOrEqualTo(NearTie, $"row {row}, step {same}");
        }
    }

    private static JsonNode Golden(string folder, string encoding) => JsonNode.Parse(
        File.ReadAllText(Path.Combine(TestData.Require("models/kit/" + folder), "golden_gguf.json")))!["files"]![$"model.{encoding}.gguf"]!;
}
