using System.Text.Json;
using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

/// <summary>Against ids, pieces and texts that sentencepiece 0.1.97 gave.</summary>
public class SentencePieceGoldenTests
{
    [Theory]
    [InlineData("tokenizers/llama2/tokenizer.model", "tokenizers/llama2/tokenizer.sentencepiece-golden.json")]
    [InlineData("models/stories260K/tok512.model", "models/stories260K/tok512.sentencepiece-golden.json")]
    [InlineData("tokenizers/marian-opus-mt-en-fr/source.spm", "tokenizers/marian-opus-mt-en-fr/source.sentencepiece-golden.json")]
    [InlineData("tokenizers/marian-opus-mt-en-fr/target.spm", "tokenizers/marian-opus-mt-en-fr/target.sentencepiece-golden.json")]
    public void Every_case_gives_the_reference_ids_pieces_and_text(string model, string golden)
    {
        using var stream = File.OpenRead(TestData.Require(model));
        var tokenizer = TokenizerLoader.FromSentencePiece(stream);
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestData.Require(golden)));
        var root = document.RootElement;

        tokenizer.VocabularySize.ShouldBe(root.GetProperty("vocab_size").GetInt32());
        tokenizer.BeginId.ShouldBe(root.GetProperty("bos").GetInt32());
        tokenizer.EndIds.ShouldBe([root.GetProperty("eos").GetInt32()]);
        var cases = root.GetProperty("cases").EnumerateArray().ToArray();
        cases.Length.ShouldBe(57);
        foreach (var one in cases)
        {
            var text = one.GetProperty("text").GetString()!;
            var wanted = one.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
            var ids = new List<int>();

            tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);

            ids.ToArray().ShouldBe(wanted, customMessage: $"for {JsonSerializer.Serialize(text)}");

            // The reference names an unknown piece by what stood there.
            var pieces = one.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()!);
            ids.Select(tokenizer.GetToken).ShouldBe(pieces.Zip(ids, (piece, id) => tokenizer.GetToken(id) == "<unk>" ? "<unk>" : piece));
            tokenizer.Decode(wanted).ShouldBe(one.GetProperty("decoded").GetString());
        }
    }

    [Fact]
    public void Special_tokens_are_added_and_parsed_only_when_asked()
    {
        using var stream = File.OpenRead(TestData.Require("tokenizers/llama2/tokenizer.model"));
        var tokenizer = TokenizerLoader.FromSentencePiece(stream);

        Encode(tokenizer, "</s>", add: true, parse: true).ShouldBe([1, 2]);
        var literal = Encode(tokenizer, "</s>", add: false, parse: false);
        literal.ShouldNotContain(2);
        tokenizer.Decode(literal.ToArray()).ShouldBe("</s>");
        tokenizer.IsSpecial(1).ShouldBeTrue();
        tokenizer.IsSpecial(3186).ShouldBeFalse();
    }

    private static List<int> Encode(ITokenizer tokenizer, string text, bool add, bool parse)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, add, parse, ids);
        return ids;
    }
}
