using System.Text;
using System.Text.Json.Nodes;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Scanning;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

public class ClipTokenizerTests
{
    // Expected: ids published with the model (its card and its library's documentation).
    [Theory]
    [InlineData("a photo of a cat", "320 1125 539 320 2368")]
    [InlineData("a photo of a dog", "320 1125 539 320 1929")]
    [InlineData("hello world!", "3306 1002 256")]
    [InlineData("A  DIAGRAM\n", "320 22697")]
    public void The_published_merges_give_the_published_ids(string text, string wanted)
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/clip"));
        var ids = new List<int>();

        tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);

        ids.ShouldBe([49406, .. wanted.Split(' ').Select(int.Parse), 49407]);
        tokenizer.VocabularySize.ShouldBe(49408);
        tokenizer.BeginId.ShouldBe(49406);
        tokenizer.EndIds.ShouldBe([49407]);
    }

    [Fact]
    public void The_conformance_texts_merge_as_the_definition_says()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/clip"));
        var definition = new Definition();
        foreach (var text in ConformanceCases.Texts())
        {
            var ids = new List<int>();
            tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);

            ids.Select(tokenizer.GetToken).ShouldBe(definition.Encode(text), text);
        }
    }

    [Fact]
    public void Text_comes_back_in_lower_case_with_one_space_between_words()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/clip"));
        var ids = new List<int>();
        tokenizer.Encode("Two  RED pandas,\tsleeping", addSpecialTokens: true, parseSpecialTokens: false, ids);

        tokenizer.Decode(ids.ToArray()).ShouldBe("two red pandas , sleeping");
        var spans = tokenizer.EncodePair("Two  RED", null).Spans;
        spans[2].ShouldBe(new TextSpan(5, 8));
    }

    [Fact]
    public void The_same_vocabulary_in_one_file_or_two_gives_the_same_ids()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/clip"));
        var folder = Directory.CreateTempSubdirectory("gyre-tokenizer-");
        try
        {
            var vocabulary = new JsonObject(Enumerable.Range(0, 49408).Select(id => KeyValuePair.Create(tokenizer.GetToken(id), (JsonNode?)id)));
            var merges = Definition.Merges();
            File.WriteAllText(Path.Combine(folder.FullName, "vocab.json"), vocabulary.ToJsonString());
            File.WriteAllText(Path.Combine(folder.FullName, "merges.txt"), "#version: 0.2\n" + string.Join('\n', merges));
            var two = TokenizerLoader.FromFolder(folder.FullName);
            var one = TokenizerLoader.FromTokenizerJson(new MemoryStream(Encoding.UTF8.GetBytes(OneFile(vocabulary, merges).ToJsonString())));
            foreach (var text in ConformanceCases.Texts())
            {
                var wanted = new List<int>();
                tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, wanted);
                foreach (var other in new[] { one, two })
                {
                    var ids = new List<int>();
                    other.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);
                    ids.ShouldBe(wanted, text);
                    other.Decode(ids.ToArray()).ShouldBe(tokenizer.Decode(wanted.ToArray()));
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_damaged_merges_file_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-tokenizer-");
        try
        {
            var path = Path.Combine(folder.FullName, "bpe_simple_vocab_16e6.txt.gz");
            File.WriteAllBytes(path, [0x1F, 0x8B, 1, 2, 3]);

            Should.Throw<ModelException>(() => TokenizerLoader.FromFolder(folder.FullName)).Code.ShouldBe("RUN0122");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JsonObject OneFile(JsonNode vocabulary, IEnumerable<string> merges) => new()
    {
        ["version"] = "1.0",
        ["added_tokens"] = new JsonArray(
            Added(49406, "<|startoftext|>"), Added(49407, "<|endoftext|>")),
        ["normalizer"] = JsonNode.Parse("""{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Lowercase"}]}"""),
        ["pre_tokenizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = ClipScanner.Pattern }, ["behavior"] = "Removed", ["invert"] = true },
                JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""")),
        },
        ["post_processor"] = JsonNode.Parse("""{"type":"RobertaProcessing","sep":["<|endoftext|>",49407],"cls":["<|startoftext|>",49406],"trim_offsets":false,"add_prefix_space":false}"""),
        ["decoder"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"""),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE", ["unk_token"] = "<|endoftext|>", ["continuing_subword_prefix"] = "", ["end_of_word_suffix"] = "</w>", ["fuse_unk"] = false,
            ["vocab"] = vocabulary.DeepClone(), ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
        },
    };

    private static JsonObject Added(int id, string content) => new() { ["id"] = id, ["content"] = content, ["special"] = true, ["normalized"] = false };

    /// <summary>The model's own reference, told again: lowest rank first, all occurrences together.</summary>
    private sealed class Definition
    {
        private readonly Dictionary<(string, string), int> _ranks = Merges().Select((line, rank) => (line.Split(' '), rank)).ToDictionary(one => (one.Item1[0], one.Item1[1]), one => one.rank);

        public static string[] Merges()
        {
            using var stream = File.OpenRead(TestData.Require("tokenizers/clip/bpe_simple_vocab_16e6.txt.gz"));
            using var reader = new StreamReader(new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress));
            return [.. reader.ReadToEnd().Split('\n').Skip(1).Take(49152 - 256 - 2)];
        }

        public IEnumerable<string> Encode(string text) =>
            System.Text.RegularExpressions.Regex.Matches(Lower(text), @"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", System.Text.RegularExpressions.RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)).SelectMany(match => Merge(match.Value));

        private static string Lower(string text) => text.ToLowerInvariant();

        private List<string> Merge(string word)
        {
            var symbols = Encoding.UTF8.GetBytes(word).Select(value => ByteAlphabet.Spell(value).ToString()).ToList();
            symbols[^1] += "</w>";
            while (symbols.Count > 1)
            {
                var best = symbols.Zip(symbols.Skip(1)).MinBy(pair => _ranks.GetValueOrDefault(pair, int.MaxValue));
                if (!_ranks.ContainsKey(best))
                {
                    break;
                }

                for (var i = 0; i + 1 < symbols.Count; i++)
                {
                    if ((symbols[i], symbols[i + 1]) == best)
                    {
                        symbols[i] += symbols[i + 1];
                        symbols.RemoveAt(i + 1);
                    }
                }
            }

            return symbols;
        }
    }
}
