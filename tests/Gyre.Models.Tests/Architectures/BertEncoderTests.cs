using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Encoders against float64 runs of the reference implementation (see each folder's SOURCE.md).</summary>
[Trait("kernel", "true")]
public sealed class BertEncoderTests
{
    private const double FurthestFromLlamaCpp = 0.07;

    public static TheoryData<string> Folders =>
        ["bert", "bert-mlm", "bert-qa", "bert-seqcls", "bert-tokcls", "distilbert", "distilbert-seqcls", "roberta", "roberta-seqcls"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_layer_equals_the_reference(string folder)
    {
        using var golden = new EncoderGolden(folder);
        using var loaded = LoadedEncoder.Open("models/kit/" + folder);
        for (var i = 0; i < golden.Sequences.Length; i++)
        {
            var batch = new EncoderBatch();
            batch.AddAll(golden.Sequences[i], golden.Types[i]);
            var (seen, sequence) = (0, i);
            loaded.Encoder.RunObserved(batch, EncoderOutput.Hidden, (layer, hidden) =>
            {
                seen++;
                LlamaDecoderTests.Close(hidden, golden.OfTokens($"hidden_states.{layer}", sequence), golden.Tolerance);
            });
            seen.ShouldBe(loaded.Configuration.Layers + 1);
            LlamaDecoderTests.Close(batch.Rows(0), golden.OfTokens($"hidden_states.{loaded.Configuration.Layers}", i), golden.Tolerance);
        }
    }

    [Theory]
    [InlineData("bert-mlm", "logits")]
    [InlineData("bert-tokcls", "logits")]
    [InlineData("distilbert", "logits")]
    [InlineData("roberta", "logits")]
    public void Logits_of_every_token_equal_the_reference(string folder, string array)
    {
        using var golden = new EncoderGolden(folder);
        using var loaded = LoadedEncoder.Open("models/kit/" + folder);
        for (var i = 0; i < golden.Sequences.Length; i++)
        {
            var logits = loaded.ResultsOf(EncoderOutput.Head, golden.Sequences[i], golden.Types[i]);
            LlamaDecoderTests.Close(logits, golden.OfTokens(array, i), golden.Tolerance);
        }
    }

    [Theory]
    [InlineData("bert-seqcls", EncoderOutput.Head, "logits")]
    [InlineData("distilbert-seqcls", EncoderOutput.Head, "logits")]
    [InlineData("roberta-seqcls", EncoderOutput.Head, "logits")]
    [InlineData("bert", EncoderOutput.Pooled, "pooler_output")]
    public void Results_of_first_tokens_equal_the_reference(string folder, EncoderOutput output, string array)
    {
        using var golden = new EncoderGolden(folder);
        using var loaded = LoadedEncoder.Open("models/kit/" + folder);
        var batch = new EncoderBatch();
        for (var i = 0; i < golden.Sequences.Length; i++)
        {
            batch.Add(golden.Sequences[i], golden.Types[i], 0);
        }

        loaded.Encoder.Run(batch, output);
        for (var i = 0; i < golden.Sequences.Length; i++)
        {
            LlamaDecoderTests.Close(batch.Row(i, 0), golden.OfSequence(array, i), golden.Tolerance);
        }
    }

    [Fact]
    public void Beginnings_and_ends_of_answers_equal_the_reference()
    {
        using var golden = new EncoderGolden("bert-qa");
        using var loaded = LoadedEncoder.Open("models/kit/bert-qa");
        for (var i = 0; i < golden.Sequences.Length; i++)
        {
            var logits = loaded.ResultsOf(EncoderOutput.Head, golden.Sequences[i], golden.Types[i]);
            LlamaDecoderTests.Close([.. logits.Where((_, at) => at % 2 == 0)], golden.OfTokens("start_logits", i), golden.Tolerance);
            LlamaDecoderTests.Close([.. logits.Where((_, at) => at % 2 == 1)], golden.OfTokens("end_logits", i), golden.Tolerance);
        }
    }

    [Theory]
    [InlineData("bert-mlm")]
    [InlineData("roberta")]
    [InlineData("distilbert")]
    public void The_likeliest_words_are_the_reference_s(string folder)
    {
        using var golden = new EncoderGolden(folder);
        using var loaded = LoadedEncoder.Open("models/kit/" + folder);
        for (var i = 0; i < golden.Sequences.Length; i++)
        {
            var logits = loaded.ResultsOf(EncoderOutput.Head, golden.Sequences[i], golden.Types[i]);
            var words = logits.Chunk(loaded.Configuration.VocabularySize).Select(row => Array.IndexOf(row, row.Max()));
            words.ShouldBe(LlamaDecoderTests.Ids(golden.Json["argmax"]![i]!)[..golden.Sequences[i].Length]);
        }
    }

    [Theory]
    [InlineData("f16")]
    [InlineData("q8_0")]
    public void Widened_values_of_a_gguf_file_give_the_hidden_states_of_the_float64_run(string encoding)
    {
        var golden = Golden(encoding);
        using var arrays = GoldenArrays.Open(TestData.Require("models/kit/bert"), "golden_gguf.safetensors");
        using var loaded = LoadedEncoder.Open($"models/kit/bert/model.{encoding}.gguf", ElementFormat.F32);
        var hidden = loaded.ResultsOf(EncoderOutput.Hidden, LlamaDecoderTests.Ids(golden["input_ids"]!));
        LlamaDecoderTests.Close(hidden, arrays.Numbers(encoding + ".dequant_hidden"), (double)golden["tolerance"]!["vs_dequant_logits_abs"]!);
    }

    [Theory]
    [InlineData("f16")]
    [InlineData("q8_0")]
    public void Computing_on_the_encoding_of_a_gguf_file_stays_near_llama_cpp(string encoding)
    {
        var golden = Golden(encoding);
        using var arrays = GoldenArrays.Open(TestData.Require("models/kit/bert"), "golden_gguf.safetensors");
        using var loaded = LoadedEncoder.Open($"models/kit/bert/model.{encoding}.gguf");
        var hidden = loaded.ResultsOf(EncoderOutput.Hidden, LlamaDecoderTests.Ids(golden["input_ids"]!));
        var tolerance = (double)golden["tolerance"]!["vs_llamacpp_logits_abs"]!;
        tolerance.ShouldBeLessThanOrEqualTo(FurthestFromLlamaCpp);
        LlamaDecoderTests.Close(hidden, arrays.Numbers(encoding + ".llamacpp_hidden"), tolerance);
    }

    private static JsonNode Golden(string encoding) => JsonNode.Parse(
        File.ReadAllText(Path.Combine(TestData.Require("models/kit/bert"), "golden_gguf.json")))!["files"]![$"model.{encoding}.gguf"]!;
}
