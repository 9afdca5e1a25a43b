using System.Text.Json;
using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

public class MarianTokenizerTests
{
    private const string Folder = "tokenizers/marian-opus-mt-en-fr";

    // Expected: the ids that vocab.json gives to the pieces of sentencepiece's own run.
    [Theory]
    [InlineData("source")]
    [InlineData("target")]
    public void Ids_are_those_of_the_pieces_in_the_joint_vocabulary(string side)
    {
        var tokenizer = TokenizerLoader.FromFolder(Path.Combine(TestData.Require(Folder), side + ".spm"));
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestData.Require($"{Folder}/{side}.sentencepiece-golden.json")));
        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(TestData.Require(Folder + "/vocab.json")));
        var unknowns = 0;
        foreach (var one in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var text = one.GetProperty("text").GetString()!;
            var wanted = one.GetProperty("pieces").EnumerateArray()
                .Select(piece => vocabulary.RootElement.TryGetProperty(piece.GetString()!, out var id) ? id.GetInt32() : 1).ToArray();
            var ids = new List<int>();

            tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);

            ids.ShouldBe([.. wanted, 0], text);
            tokenizer.EncodePair(text, null).Ids.ShouldBe(ids);
            unknowns += wanted.Count(id => id == 1);
            if (!one.GetProperty("decoded").GetString()!.Contains((char)0x2047) && !wanted.Contains(1))
            {
                tokenizer.Decode(ids.ToArray()).ShouldBe(one.GetProperty("decoded").GetString(), text);
            }
        }

        unknowns.ShouldBeGreaterThan(0);
        tokenizer.VocabularySize.ShouldBe(59514);
        tokenizer.EndIds.ShouldBe([0]);
        tokenizer.IsSpecial(59513).ShouldBeTrue();
    }

    [Fact]
    public void A_folder_encodes_its_source_language()
    {
        var folder = TestData.Require(Folder);
        TokenizerLoader.FromFolder(folder).EncodePair("The weather", null).Ids
            .ShouldBe(TokenizerLoader.FromFolder(Path.Combine(folder, "source.spm")).EncodePair("The weather", null).Ids);
    }

    [Fact]
    public void A_target_language_is_one_token_where_the_text_begins_with_it()
    {
        var copy = Directory.CreateTempSubdirectory("gyre-tokenizer-");
        try
        {
            foreach (var name in new[] { "source.spm", "target.spm" })
            {
                File.Copy(Path.Combine(TestData.Require(Folder), name), Path.Combine(copy.FullName, name));
            }

            var vocabulary = File.ReadAllText(TestData.Require(Folder + "/vocab.json")).TrimEnd().TrimEnd('}') + ", \">>fra<<\": 59514}";
            File.WriteAllText(Path.Combine(copy.FullName, "vocab.json"), vocabulary);
            var tokenizer = TokenizerLoader.FromFolder(copy.FullName);
            var plain = new List<int>();
            tokenizer.Encode("Hello", addSpecialTokens: true, parseSpecialTokens: false, plain);
            var marked = new List<int>();
            tokenizer.Encode(">>fra<< Hello", addSpecialTokens: true, parseSpecialTokens: false, marked);
            var inside = new List<int>();
            tokenizer.Encode("Hello >>fra<<", addSpecialTokens: true, parseSpecialTokens: false, inside);

            marked.ShouldBe([59514, .. plain]);
            inside.ShouldNotContain(59514);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_joint_vocabulary_without_an_end_token_is_refused()
    {
        var copy = Directory.CreateTempSubdirectory("gyre-tokenizer-");
        try
        {
            foreach (var name in new[] { "source.spm", "target.spm" })
            {
                File.Copy(Path.Combine(TestData.Require(Folder), name), Path.Combine(copy.FullName, name));
            }

            File.WriteAllText(Path.Combine(copy.FullName, "vocab.json"), """{"<unk>": 0}""");

            Should.Throw<ModelException>(() => TokenizerLoader.FromFolder(copy.FullName)).Code.ShouldBe("RUN0106");
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }
}
