using System.Text.Json.Nodes;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Real trained weights in five encodings against float64 runs (models/stories260K/SOURCE.md).</summary>
[Trait("kernel", "true")]
public sealed class Stories260KTests
{
    private const string Root = "models/stories260K/";

    /// <summary>The reference's own advice for float32 runs; stated as "how" in golden.json.</summary>
    private const double LogitTolerance = 1e-3;

    public static TheoryData<string> FloatFiles => ["derived-hf", "derived-gguf/stories260K-F32.gguf", "derived-gguf/stories260K-F16.gguf"];

    public static TheoryData<string> Encodings => ["F32", "F16", "Q8_0", "Q4_0"];

    [Theory]
    [InlineData("derived-hf")]
    [InlineData("derived-gguf/stories260K-F32.gguf")]
    public void Every_golden_prompt_continues_token_for_token(string file)
    {
        using var loaded = LoadedDecoder.Open(Root + file);
        foreach (var golden in Golden("golden.json")["generation"]!.AsArray())
        {
            var prompt = LlamaDecoderTests.Ids(golden!["prompt_ids"]!);
            var expected = LlamaDecoderTests.Ids(golden["greedy_ids"]!);
            loaded.Greedy(prompt, expected.Length).ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("derived-hf")]
    [InlineData("derived-gguf/stories260K-F32.gguf")]
    public void Logits_after_every_golden_prompt_equal_the_reference(string file)
    {
        using var loaded = LoadedDecoder.Open(Root + file);
        foreach (var golden in Golden("golden.json")["generation"]!.AsArray())
        {
            using var session = loaded.Decoder.CreateSession(loaded.Decoder.ContextLength);
            var logits = session.Forward(LlamaDecoderTests.Ids(golden!["prompt_ids"]!));
            LlamaDecoderTests.Close(logits, Numbers(golden["last_prompt_logits"]!), LogitTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(FloatFiles))]
    public void Perplexity_text_scores_as_the_reference(string file)
    {
        using var loaded = LoadedDecoder.Open(Root + file);
        foreach (var golden in Golden("golden.json")["perplexity"]!.AsArray())
        {
            var ids = LlamaDecoderTests.Ids(golden!["ids"]!);
            var logprobs = Logprobs.OfFollowing(loaded.LogitsOf(ids), ids, loaded.Decoder.VocabularySize);
            (-logprobs.Average()).ShouldBe((float)golden["mean_nll"]!, 1e-3f);
        }
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Every_encoding_equals_the_run_of_its_own_values(string encoding)
    {
        // The golden run widened the stored values and did not round activations, so this one computes in F32 too.
        var golden = Golden("derived-gguf/golden_quant.json")["files"]!["stories260K-" + encoding]!;
        using var loaded = LoadedDecoder.Open($"{Root}derived-gguf/stories260K-{encoding}.gguf", Gyre.Tensors.Quantization.ElementFormat.F32);
        var prompt = PromptIds(golden);
        var expected = LlamaDecoderTests.Ids(golden["greedy_ids"]!);
        loaded.Greedy(prompt, expected.Length).ShouldBe(expected);
        using var session = loaded.Decoder.CreateSession(64);
        LlamaDecoderTests.Close(session.Forward(prompt), Numbers(golden["last_prompt_logits"]!), LogitTolerance);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Computing_on_an_encoding_directly_keeps_the_greedy_tokens(string encoding)
    {
        var golden = Golden("derived-gguf/golden_quant.json")["files"]!["stories260K-" + encoding]!;
        using var loaded = LoadedDecoder.Open($"{Root}derived-gguf/stories260K-{encoding}.gguf");
        var expected = LlamaDecoderTests.Ids(golden["greedy_ids"]!);
        loaded.Greedy(PromptIds(golden), expected.Length).ShouldBe(expected);
    }

    private static int[] PromptIds(JsonNode golden) =>
        LlamaDecoderTests.Ids(Golden("golden.json")["generation"]!.AsArray().First(item => (string)item!["prompt"]! == (string)golden["prompt"]!)!["prompt_ids"]!);

    private static JsonNode Golden(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(TestData.Require("models/stories260K"), file)))!;

    private static double[] Numbers(JsonNode node) => [.. node.AsArray().Select(item => (double)item!)];
}
