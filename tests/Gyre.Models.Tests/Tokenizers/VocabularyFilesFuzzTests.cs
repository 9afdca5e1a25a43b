using System.Text;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Tests.Weights;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Tokenizers;

/// <summary>Damaged vocab.json, merges.txt and the files beside them give a tokenizer that works or a <see cref="ModelException"/>.</summary>
public sealed class VocabularyFilesFuzzTests : IDisposable
{
    private const int Rounds = 300;

    private readonly ScratchFolder _folder = new();

    private readonly Dictionary<string, byte[]> _valid = new(StringComparer.Ordinal)
    {
        ["vocab.json"] = JsonSerializer.SerializeToUtf8Bytes(
            Enumerable.Range(0, 256).Select(value => ByteAlphabet.Spell((byte)value).ToString()).Concat(["he", "ll", "hell", "hello", "<|endoftext|>"])
                .Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id)),
        ["merges.txt"] = "#version: 0.2\nh e\nl l\nhe ll\nhell o\n"u8.ToArray(),
        ["added_tokens.json"] = """{"<a>": 261, "<b>": 262}"""u8.ToArray(),
        ["tokenizer_config.json"] = """{"tokenizer_class": "GPT2Tokenizer", "add_bos_token": true, "bos_token": "<a>", "eos_token": {"content": "<|endoftext|>"}, "added_tokens_decoder": {"263": {"content": "<c>", "special": true, "lstrip": true}}}"""u8.ToArray(),
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vocab.json", 41, 5)]
    [InlineData("merges.txt", 42, 5)]
    [InlineData("added_tokens.json", 43, 5)]
    [InlineData("tokenizer_config.json", 44, 5)]
    public void Changed_files_are_refused_or_loaded(string name, ulong seed, int fewest)
    {
        foreach (var (file, bytes) in _valid)
        {
            _folder.Write(file, bytes);
        }

        Loads("unchanged").ShouldBeTrue();
        var random = new SeededRandom(seed);
        var loaded = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var changed = Changed(_valid[name], random);
            _folder.Write(name, changed);
            loaded += Loads(Encoding.Latin1.GetString(changed)) ? 1 : 0;
        }

        loaded.ShouldBeInRange(fewest, Rounds - fewest); // Otherwise the changes would no longer reach both ends.
    }

    private static byte[] Changed(byte[] bytes, SeededRandom random)
    {
        string[] pieces = ["\\ud800", "-1", "2147483647", "99999999999999999999", "1.5", "null", "[]", "{}", ",", "\"", "\n", " ", "\"h\": 3,", "\0", "h e\n"];
        var changed = bytes.ToList();
        for (var change = random.NextInt32(1, 4); change > 0 && changed.Count > 0; change--)
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
                    changed.InsertRange(at, changed.GetRange(at, Math.Min(random.NextInt32(1, 30), changed.Count - at)));
                    break;
                default:
                    changed.InsertRange(at, Encoding.ASCII.GetBytes(random.Pick(pieces)));
                    break;
            }
        }

        return [.. changed];
    }

    private bool Loads(string text)
    {
        try
        {
            var tokenizer = TokenizerLoader.FromFolder(_folder.Path);
            var ids = new List<int>();
            tokenizer.Encode("hello <a>wörld<b> <c>", addSpecialTokens: true, parseSpecialTokens: true, ids);
            ids.ShouldAllBe(id => id >= 0 && id < tokenizer.VocabularySize);
            tokenizer.Decode(ids.ToArray()).ShouldNotBeNull();
            return true;
        }
        catch (ModelException error)
        {
            error.Code.ShouldStartWith("RUN01");
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException("File: " + text, error);
        }
    }
}
