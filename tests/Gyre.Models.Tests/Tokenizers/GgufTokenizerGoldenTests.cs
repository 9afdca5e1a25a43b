using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

/// <summary>Against llama.cpp's ids for the vocabularies inside GGUF files.</summary>
public class GgufTokenizerGoldenTests
{
    [Theory]
    [InlineData("gpt-2")]
    [InlineData("llama-spm")]
    [InlineData("phi-3")]
    [InlineData("starcoder")]
    [InlineData("mpt")]
    [InlineData("deepseek-coder")]
    public void Vocabularies_give_the_reference_ids(string name)
    {
        using var file = GgufFile.Open(TestData.Require($"tokenizers/llama.cpp-vocab/ggml-vocab-{name}.gguf"));
        var tokenizer = TokenizerLoader.FromGguf(file.Metadata);

        ConformanceCases.Check(tokenizer, name);
        foreach (var text in ConformanceCases.Texts())
        {
            var ids = new List<int>();
            tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
            tokenizer.Decode(ids.ToArray()).ShouldBe(text);
        }
    }

    [Fact]
    public void A_wordpiece_vocabulary_gives_the_reference_ids_and_puts_a_text_between_its_marks()
    {
        using var file = GgufFile.Open(TestData.Require("tokenizers/llama.cpp-vocab/ggml-vocab-bert-bge.gguf"));
        var tokenizer = TokenizerLoader.FromGguf(file.Metadata);
        var ids = new List<int>();

        ConformanceCases.Check(tokenizer, "bert-bge");
        tokenizer.Encode("Unaffable Hotels!", addSpecialTokens: true, parseSpecialTokens: false, ids);

        ids[0].ShouldBe(tokenizer.FindToken("[CLS]").ShouldNotBeNull());
        ids[^1].ShouldBe(tokenizer.FindToken("[SEP]").ShouldNotBeNull());
        tokenizer.Decode(ids.ToArray()).ShouldBe("unaffable hotels !");
    }

    [Fact]
    public void Special_ids_come_from_the_metadata()
    {
        using var file = GgufFile.Open(TestData.Require("models/stories260K/derived-gguf/stories260K-Q8_0.gguf"));
        var tokenizer = TokenizerLoader.FromGguf(file.Metadata);
        var ids = new List<int>();

        tokenizer.Encode("Once upon a time", addSpecialTokens: true, parseSpecialTokens: false, ids);

        tokenizer.VocabularySize.ShouldBe(512);
        tokenizer.BeginId.ShouldBe(1);
        tokenizer.EndIds.ShouldBe([2]);
        ids.ShouldBe([1, 403, 407, 261, 378]);
    }
}
