using System.Text;
using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

/// <summary>Damaged files give a tokenizer or a <see cref="ModelException"/>, within bounds; whatever loads encodes and decodes.</summary>
public class TokenizerFuzzTests
{
    private const string Sample = "Hello wörld 123 \n\t 🦙 <s> naïve ";

    [Fact]
    public void Truncated_sentencepiece_models_are_refused_or_loaded()
    {
        var model = File.ReadAllBytes(TestData.Require("models/stories260K/tok512.model"));
        for (var length = 0; length < model.Length; length += 1 + (length / 50))
        {
            Try(() => TokenizerLoader.FromSentencePiece(new MemoryStream(model, 0, length)));
        }

        Should.Throw<ModelException>(() => TokenizerLoader.FromSentencePiece(new MemoryStream([]))).Code.ShouldBe("RUN0103");
        Should.Throw<ModelException>(() => TokenizerLoader.FromSentencePiece(new MemoryStream(model, 0, model.Length - 1))).Code.ShouldBe("RUN0103");
    }

    [Fact]
    public void Changed_sentencepiece_models_are_refused_or_loaded()
    {
        var model = File.ReadAllBytes(TestData.Require("models/stories260K/tok512.model"));
        var random = new SeededRandom(21);
        for (var round = 0; round < 1500; round++)
        {
            Try(() => TokenizerLoader.FromSentencePiece(new MemoryStream(Changed(model, random))));
        }
    }

    [Fact]
    public void Changed_tokenizer_files_are_refused_or_loaded()
    {
        var trained = new Gyre.Models.Tokenizers.Training.BpeTrainer(
            new() { VocabularySize = 300, SpecialTokens = ["<s>"], PreTokenizer = "llama-bpe" }).Train([string.Concat(Enumerable.Repeat(Sample, 9))]);
        using var json = new MemoryStream();
        trained.WriteTokenizerJson(json);
        var random = new SeededRandom(22);
        var loaded = 0;
        for (var round = 0; round < 1500; round++)
        {
            loaded += Try(() => TokenizerLoader.FromTokenizerJson(new MemoryStream(Changed(json.ToArray(), random)))) ? 1 : 0;
        }

        loaded.ShouldBeGreaterThan(10); // Some changes must reach the encoder.
    }

    [Fact]
    public void Changed_gguf_vocabularies_are_refused_or_loaded()
    {
        var file = File.ReadAllBytes(TestData.Require("models/stories260K/derived-gguf/stories260K-Q4_0.gguf"));
        var random = new SeededRandom(23);
        var path = Path.GetTempFileName();
        try
        {
            for (var round = 0; round < 300; round++)
            {
                // The metadata lies in the first part of the file.
                var changed = file.ToArray();
                for (var change = random.NextInt32(1, 4); change > 0; change--)
                {
                    changed[random.NextInt32(16_000)] = (byte)random.NextInt32(256);
                }

                File.WriteAllBytes(path, changed);
                Try(() =>
                {
                    using var gguf = GgufFile.Open(path);
                    return TokenizerLoader.FromGguf(gguf.Metadata);
                });
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Random_text_survives_a_round_trip_in_every_vocabulary()
    {
        var tokenizers = new[] { "gpt2", "llama2", "qwen2" }.Select(name => TokenizerLoader.FromFolder(TestData.Require("tokenizers/" + name))).ToArray();
        var random = new SeededRandom(24);
        for (var round = 0; round < 400; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.NextInt32(0, 40)).Select(_ => random.NextInt32(4) switch
            {
                0 => ((char)random.NextInt32(32, 127)).ToString(),
                1 => random.Pick([" ", "\n", "  ", "the", "é", "漢"]),
                2 => ((char)random.NextInt32(0x0100, 0xD7FF)).ToString(),
                _ => char.ConvertFromUtf32(random.NextInt32(0x10000, 0x110000)),
            })).Replace("▁", "");
            foreach (var tokenizer in tokenizers)
            {
                var ids = new List<int>();
                tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
                tokenizer.Decode(ids.ToArray()).ShouldBe(text);
            }
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_is_read_as_the_replacement_character()
    {
        foreach (var name in new[] { "gpt2", "llama2", "qwen2" })
        {
            var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/" + name));
            var ids = new List<int>();

            tokenizer.Encode("a\uD83Eb\uDD99c", addSpecialTokens: false, parseSpecialTokens: false, ids);

            tokenizer.Decode(ids.ToArray()).ShouldBe("a\uFFFDb\uFFFDc");
        }
    }

    private static byte[] Changed(byte[] bytes, SeededRandom random)
    {
        var changed = bytes.ToList();
        for (var change = random.NextInt32(1, 5); change > 0; change--)
        {
            var at = random.NextInt32(changed.Count);
            switch (random.NextInt32(5))
            {
                case 0:
                    changed[at] = (byte)random.NextInt32(256);
                    break;
                case 1:
                    changed.RemoveRange(at, Math.Min(random.NextInt32(1, 9), changed.Count - at));
                    break;
                case 2:
                    changed.InsertRange(at, changed.GetRange(at, Math.Min(random.NextInt32(1, 30), changed.Count - at)));
                    break;
                case 3:
                    changed.InsertRange(at, [.. "\\ud800"u8]);
                    break;
                default:
                    changed[at] ^= (byte)(1 << random.NextInt32(8));
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

        var ids = new List<int>();
        try
        {
            tokenizer.Encode(Sample, addSpecialTokens: true, parseSpecialTokens: true, ids);
        }
        catch (ModelException exception) when (exception.Code is "RUN0111" or "RUN0112" or "RUN0114")
        {
            return true;
        }

        ids.ShouldAllBe(id => id >= 0 && id < tokenizer.VocabularySize);
        tokenizer.Decode(ids.ToArray()).ShouldNotBeNull();
        return true;
    }
}
