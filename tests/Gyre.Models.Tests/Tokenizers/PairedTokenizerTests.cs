using Gyre.Models.Catalog;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;

namespace Gyre.Models.Tests.Tokenizers;

public sealed class PairedTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-pair-").FullName;

    public PairedTokenizerTests()
    {
        Train(PairedTokenizer.SourceName, "the cat sleeps the dog sleeps", 60);
        Train(PairedTokenizer.TargetName, "le chat dort, le chien dort à midi", 80);
    }

    [Fact]
    public void Text_is_encoded_with_the_source_s_tokenizer_and_decoded_with_the_target_s()
    {
        var pair = TokenizerLoader.FromFolder(_folder);
        var (source, target) = (One(PairedTokenizer.SourceName), One(PairedTokenizer.TargetName));
        Ids(pair, "the cat").ShouldBe(Ids(source, "the cat"));
        pair.Decode([.. Ids(target, "le chien dort à midi")]).ShouldBe("le chien dort à midi");
        pair.VocabularySize.ShouldBe(target.VocabularySize);
        pair.FindToken("le").ShouldBe(target.FindToken("le"));
        pair.IsSpecial(pair.FindToken("</s>")!.Value).ShouldBeTrue(); // It is among the special tokens.
        pair.EncodePair("the cat", null).Spans.Count.ShouldBe(Ids(source, "the cat").Count);
    }

    [Fact]
    public void A_folder_with_the_two_files_has_a_tokenizer()
    {
        File.WriteAllText(Path.Combine(_folder, "config.json"), "{}");
        File.WriteAllBytes(Path.Combine(_folder, "model.safetensors"), [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        ModelFolder.Open(_folder).HasTokenizer.ShouldBeTrue();
        File.Delete(Path.Combine(_folder, PairedTokenizer.TargetName));
        ModelFolder.Open(_folder).HasTokenizer.ShouldBeFalse();
        Should.Throw<ModelException>(() => TokenizerLoader.FromFolder(_folder)).Code.ShouldStartWith("RUN01");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ITokenizer One(string name) => TokenizerLoader.FromFolder(Path.Combine(_folder, name));

    private static List<int> Ids(ITokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        return ids;
    }

    private void Train(string name, string text, int size)
    {
        var options = new VocabularyTrainerOptions { Kind = VocabularyKind.WordPiece, VocabularySize = size, SpecialTokens = ["[PAD]", "[UNK]", "<s>", "</s>"], LowersCase = false };
        using var stream = File.Create(Path.Combine(_folder, name));
        new VocabularyTrainer(options).Train([text]).WriteTokenizerJson(stream);
    }
}
