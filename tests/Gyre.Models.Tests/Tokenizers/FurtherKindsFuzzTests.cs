using System.IO.Compression;
using System.Text;
using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

/// <summary>Damaged files of CLIP, Marian, WordPiece and Unigram give a tokenizer or a <see cref="ModelException"/>; whatever loads encodes pairs.</summary>
public class FurtherKindsFuzzTests
{
    private const string Sample = "Hello wörld 123 \n\t 🦙 <s> naïve cafe\u0301 東京 ";

    [Theory]
    [InlineData(VocabularyKind.WordPiece)]
    [InlineData(VocabularyKind.Unigram)]
    [InlineData(VocabularyKind.SentencePieceBpe)]
    public void Changed_files_of_trained_kinds_are_refused_or_loaded(VocabularyKind kind)
    {
        using var json = new MemoryStream();
        new VocabularyTrainer(new() { Kind = kind, VocabularySize = 120 }).Train([string.Concat(Enumerable.Repeat(Sample, 9))]).WriteTokenizerJson(json);
        var random = new SeededRandom(41);
        var loaded = 0;
        for (var round = 0; round < 500; round++)
        {
            loaded += Try(() => TokenizerLoader.FromTokenizerJson(new MemoryStream(Changed(json.ToArray(), random)))) ? 1 : 0;
        }

        loaded.ShouldBeGreaterThan(10); // Some changes must reach the encoder.
    }

    [Fact]
    public void Changed_folders_are_refused_or_loaded()
    {
        var random = new SeededRandom(42);
        var pieces = File.ReadAllBytes(TestData.Require("models/stories260K/tok512.model"));
        var joint = "{\"</s>\":0,\"<unk>\":1,\"<pad>\":2,\">>fra<<\":3,\"▁the\":4,\"a\":5,\"e\":6,\"ö\":7}"u8.ToArray();
        var list = Encoding.UTF8.GetBytes("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nw\n##orld\n##o\ncafe\n東\n1\n##23\n");
        var merges = Packed("#version\nh e\nl l\nhe ll\nhell o</w>\n");
        for (var round = 0; round < 200; round++)
        {
            Try(() => FromFolder(("vocab.txt", Changed(list, random))));
            Try(() => FromFolder(("bpe_simple_vocab_16e6.txt.gz", round % 2 == 0 ? Changed(merges, random) : Packed(Encoding.UTF8.GetString(Changed("#version\nh e\nl l\nhe ll\n"u8.ToArray(), random))))));
            Try(() => FromFolder(("vocab.json", Changed(joint, random)), ("source.spm", round % 2 == 0 ? pieces : Changed(pieces, random)), ("target.spm", pieces)));
        }
    }

    [Fact]
    public void A_packed_file_that_unpacks_beyond_the_limit_is_refused()
    {
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 65; i++)
            {
                packing.Write(zeros);
            }
        }

        Should.Throw<ModelException>(() => FromFolder(("bpe_simple_vocab_16e6.txt.gz", packed.ToArray()))).Code.ShouldBe("RUN0101");
    }

    [Fact]
    public void A_template_that_repeats_special_tokens_without_end_is_refused()
    {
        using var json = new MemoryStream();
        new VocabularyTrainer(new() { Kind = VocabularyKind.WordPiece, VocabularySize = 60 }).Train(["hello"]).WriteTokenizerJson(json);
        var file = System.Text.Json.Nodes.JsonNode.Parse(json.ToArray())!;
        var ids = string.Join(',', Enumerable.Repeat(2, 600));
        file["post_processor"] = System.Text.Json.Nodes.JsonNode.Parse(
            $$$$"""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}},{"SpecialToken":{"id":"x","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"x":{"id":"x","ids":[{{{{ids}}}}],"tokens":[]}}}""");

        Should.Throw<ModelException>(() => TokenizerLoader.FromTokenizerJson(new MemoryStream(Encoding.UTF8.GetBytes(file.ToJsonString())))).Code.ShouldBe("RUN0101");
    }

    private static ITokenizer FromFolder(params (string Name, byte[] Bytes)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("gyre-tokenizer-");
        try
        {
            foreach (var (name, bytes) in files)
            {
                File.WriteAllBytes(Path.Combine(folder.FullName, name), bytes);
            }

            return TokenizerLoader.FromFolder(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            packing.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static byte[] Changed(byte[] bytes, SeededRandom random)
    {
        var changed = bytes.ToList();
        for (var change = random.NextInt32(1, 5); change > 0 && changed.Count > 0; change--)
        {
            var at = random.NextInt32(changed.Count);
            switch (random.NextInt32(4))
            {
                case 0:
                    changed[at] = (byte)random.NextInt32(256);
                    break;
                case 1:
                    changed.RemoveRange(at, Math.Min(random.NextInt32(1, 9), changed.Count - at));
                    break;
                case 2:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
                default:
                    changed.InsertRange(at, changed.GetRange(at, Math.Min(random.NextInt32(1, 30), changed.Count - at)));
                    break;
            }
        }

        return [.. changed];
    }

    private static bool Try(Func<ITokenizer> load)
    {
        ITokenizer tokenizer;
        try
        {
            tokenizer = load();
        }
        catch (ModelException)
        {
            return false;
        }

        try
        {
            var ids = new List<int>();
            tokenizer.Encode(Sample, addSpecialTokens: false, parseSpecialTokens: true, ids);
            var pair = tokenizer.EncodePair(Sample, Sample, new() { AddsSpecialTokens = false, ParsesSpecialTokens = true });
            pair.Ids.ShouldBe([.. ids, .. ids]);
            pair.Spans.ShouldAllBe(span => span.Start >= 0 && span.Start <= span.End && span.End <= Sample.Length);
            tokenizer.Decode(ids.ToArray()).ShouldNotBeNull();
        }
        catch (ModelException exception) when (exception.Code is "RUN0111" or "RUN0112" or "RUN0114")
        {
            // Refused while encoding, as documented.
        }

        return true;
    }
}
