using System.Text.Json.Nodes;
using Gyre.TestSupport;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Architectures;

/// <summary>The kit's GGUF files against llama.cpp and against float64 runs of their own values (golden_gguf.json).</summary>
[Trait("kernel", "true")]
public sealed class GgufDecoderTests
{
    public static TheoryData<string, string> Files => new()
    {
        { "llama", "f16" }, { "llama", "q8_0" }, { "llama", "q4_0" },
        { "llama-q", "q4_0" }, { "llama-q-gguf8", "q8_0" },
        { "llama-q-gguf", "q4_k_m" }, { "llama-q-gguf", "q5_k_m" }, { "llama-q-gguf", "q6_k" },
        { "llama-rope-llama3", "f16" },
        { "qwen2", "f16" }, { "qwen2", "q8_0" },
        { "qwen3", "f16" }, { "qwen3", "q8_0" },
    };

    /// <summary>The reference has no float64 run of the Qwen 3 files.</summary>
    public static TheoryData<string, string> WidenedFiles =>
        [.. Files.Where(row => row.Data.Item1 != "qwen3")];

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

    private static JsonNode Golden(string folder, string encoding) => JsonNode.Parse(
        File.ReadAllText(Path.Combine(TestData.Require("models/kit/" + folder), "golden_gguf.json")))!["files"]![$"model.{encoding}.gguf"]!;
}
