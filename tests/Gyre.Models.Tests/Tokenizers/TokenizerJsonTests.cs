using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

public class TokenizerJsonTests
{
    private const string ByteLevelDecoder = """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""";

    private const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    [Theory]
    [InlineData("gpt2", "gpt-2", false)]
    [InlineData("llama3", "llama-bpe", true)]
    public void A_byte_level_file_gives_the_reference_ids(string folder, string name, bool isLlama3)
    {
        var root = TestData.Require("tokenizers/" + folder);
        var vocabulary = JsonNode.Parse(File.ReadAllText(Path.Combine(root, isLlama3 ? "encoder.json" : "vocab.json")));
        var merges = File.ReadAllLines(Path.Combine(root, isLlama3 ? "vocab.bpe" : "merges.txt")).Where(line => line.Length > 0);
        JsonNode? preTokenizer = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""");
        if (isLlama3)
        {
            preTokenizer!["use_regex"] = false;
            preTokenizer = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Split",
                        ["pattern"] = new JsonObject { ["Regex"] = Llama3Pattern },
                        ["behavior"] = "Isolated",
                        ["invert"] = false,
                    },
                    preTokenizer),
            };
        }

        var tokenizer = Load(Describe(vocabulary, merges.Select(rule => (JsonNode)rule), preTokenizer, JsonNode.Parse(ByteLevelDecoder), isLlama3));

        ConformanceCases.Check(tokenizer, name);
    }

    [Theory]
    [InlineData("a b", "\u2581a,\u2581b")]
    [InlineData("  a\t\n b ", "\u2581a,\u2581b")]
    [InlineData(" \u2581a b\u2581b", "\u2581a,\u2581b,\u2581b")]
    [InlineData(" ", "")]
    public void Words_cut_at_white_space_are_marked_each(string text, string tokens)
    {
        var tokenizer = Load(JsonNode.Parse("""
            {"model":{"type":"Unigram","unk_id":0,"vocab":[["?",0],["\u2581a",-1],["\u2581b",-1],["\u2581",-2],["a",-3],["b",-3]]},
             "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","add_prefix_space":true}]}}
            """)!.AsObject());
        var ids = new List<int>();

        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);

        string.Join(',', ids.Select(tokenizer.GetToken)).ShouldBe(tokens);
        tokenizer.EncodePair(text, null).Ids.ShouldBe(ids);
    }

    [Fact]
    public void A_llama_2_file_with_pairs_as_merges_gives_the_reference_ids()
    {
        var spm = TokenizerLoader.FromFolder(TestData.Require("tokenizers/llama2"));
        using var gguf = GgufFile.Open(TestData.Require("tokenizers/llama.cpp-vocab/ggml-vocab-llama-spm.gguf"));
        gguf.Metadata.TryGetFloats("tokenizer.ggml.scores", out var scores).ShouldBeTrue();
        var vocabulary = new JsonObject();
        for (var id = 0; id < spm.VocabularySize; id++)
        {
            vocabulary[spm.GetToken(id)] = id;
        }

        // The publisher's own conversion lists, in order of score, every split of a token into two tokens.
        var merges = new List<JsonNode>();
        foreach (var id in Enumerable.Range(259, spm.VocabularySize - 259).OrderByDescending(id => scores![id]))
        {
            var token = spm.GetToken(id);
            for (var at = 1; at < token.Length; at++)
            {
                if (spm.FindToken(token[..at]) is > 258 and var left && spm.FindToken(token[at..]) is > 258 and var right)
                {
                    merges.Add(new JsonArray(spm.GetToken(left), spm.GetToken(right)));
                }
            }
        }

        var file = Describe(vocabulary, merges, null, JsonNode.Parse(
            """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}"""), false);
        file["normalizer"] = JsonNode.Parse(
            """{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""");
        file["model"]!["byte_fallback"] = true;
        file["model"]!["unk_token"] = "<unk>";
        file["added_tokens"] = JsonNode.Parse(
            """[{"id":1,"content":"<s>","special":true},{"id":2,"content":"</s>","special":true}]""");
        file["post_processor"] = JsonNode.Parse(
            """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}}""");
        var tokenizer = Load(file);

        ConformanceCases.Check(tokenizer, "llama-spm");
        foreach (var text in ConformanceCases.Texts())
        {
            var ids = new List<int>();
            tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);
            ids[0].ShouldBe(1);
            tokenizer.Decode(ids.ToArray()).ShouldBe(text);
        }
    }

    [Fact]
    public void Added_tokens_keep_their_flags()
    {
        var tokenizer = Load(Small(added:
            """
            [{"id":300,"content":"<a>","special":true,"lstrip":true},{"id":301,"content":"<b>","special":true,"rstrip":true},
             {"id":302,"content":"word","special":false,"single_word":true},{"id":303,"content":"<ab","special":false},{"id":304,"content":"<ab>","special":false}]
            """));

        Spell(tokenizer, "x  <a> y", parse: true).ShouldBe(["x", "<a>", "Ġ", "y"]);
        Spell(tokenizer, "x <b>  y", parse: true).ShouldBe(["x", "Ġ", "<b>", "y"]);
        Spell(tokenizer, "a word, sword", parse: true).ShouldBe(["a", "Ġ", "word", ",", "Ġ", "s", "w", "o", "r", "d"]);
        Spell(tokenizer, "<ab><abc", parse: true).ShouldBe(["<ab>", "<ab", "c"]);
        Spell(tokenizer, "<a>", parse: false).ShouldBe(["<", "a", ">"]);
        Spell(tokenizer, "<ab>", parse: false).ShouldBe(["<ab>"]);
        tokenizer.IsSpecial(300).ShouldBeTrue();
        tokenizer.IsSpecial(302).ShouldBeFalse();
    }

    [Fact]
    public void Whole_pieces_win_over_merges_only_when_the_file_says_so()
    {
        string[] vocabulary = ["ab", "abc", "bc"];
        var file = Small(further: vocabulary, merges: ["b c", "a b"]);

        Spell(Load(file), "abc", parse: false).ShouldBe(["a", "bc"]);
        file["model"]!["ignore_merges"] = true;
        Spell(Load(file), "abc", parse: false).ShouldBe(["abc"]);
    }

    [Theory]
    [InlineData(65)]
    [InlineData(4096)]
    public void Whole_pieces_of_any_length_win_over_merges(int length)
    {
        var token = new string('a', length);
        var file = Small(further: [token, "aa"], merges: ["a a"]);
        file["model"]!["ignore_merges"] = true;

        Spell(Load(file), token, parse: false).ShouldBe([token]);
        Spell(Load(file), token + "a", parse: false).ShouldBe(Enumerable.Repeat("aa", (length + 1) / 2).Concat(Enumerable.Repeat("a", (length + 1) % 2)));
    }

    [Fact]
    public void A_normalizer_that_doubles_the_text_at_each_step_is_stopped()
    {
        var file = Small();
        var step = """{"type":"Replace","pattern":{"String":"a"},"content":"aa"}""";
        file["normalizer"] = JsonNode.Parse($$"""{"type":"Sequence","normalizers":[{{string.Join(',', Enumerable.Repeat(step, 60))}}]}""");
        var tokenizer = Load(file);

        Should.Throw<ModelException>(() => Spell(tokenizer, "banana", parse: false).ToList()).Code.ShouldBe("RUN0114");
        Spell(tokenizer, "x", parse: false).ShouldBe(["x"]);
        file["added_tokens"] = JsonNode.Parse("""[{"id":300,"content":"a","normalized":true}]""");
        Should.Throw<ModelException>(() => Load(file)).Code.ShouldBe("RUN0114");
    }

    [Fact]
    public void Added_tokens_that_normalisation_makes_long_together_are_refused()
    {
        var added = string.Join(',', Enumerable.Range(0, 10).Select(i => $$"""{"id":{{300 + i}},"content":"{{new string('a', i + 1)}}","normalized":true}"""));
        var file = Small(added: $"[{added}]");
        file["normalizer"] = JsonNode.Parse($$"""{"type":"Replace","pattern":{"String":"a"},"content":"{{new string('b', 100_000)}}"}""");

        Should.Throw<ModelException>(() => Load(file)).Code.ShouldBe("RUN0101");
    }

    [Theory]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "a12 b", "a|1|2|Ġ b")]
    [InlineData("""{"type":"Digits","individual_digits":false}""", "a12 b", "a|1 2|Ġ b")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Removed","invert":false}""", "-a--b-", "a|b")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"MergedWithPrevious","invert":false}""", "a-b--c", "a -|b -|-|c")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"MergedWithNext","invert":false}""", "a-b--c", "a|- b|-|- c")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Contiguous","invert":false}""", "a-b--c", "a|-|b|- -|c")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[a-z]+"},"behavior":"Removed","invert":true}""", "ab1cd", "a b|c d")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[a-c]x"},"behavior":"Isolated","invert":false}""", "zaxbxy", "z|a x|b x|y")]
    [InlineData("""{"type":"Punctuation"}""", "a,b", "a|,|b")]
    [InlineData("""{"type":"WhitespaceSplit"}""", " a  b ", "a|b")]
    public void Pre_tokenizers_cut_as_the_file_says(string stage, string text, string expected)
    {
        // Every merge of two neighbouring characters exists, so what is not merged was cut.
        var file = Small();
        file["pre_tokenizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(JsonNode.Parse(stage), JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""")),
        };
        var vocabulary = file["model"]!["vocab"]!.AsObject();
        var merges = file["model"]!["merges"]!.AsArray();
        foreach (var piece in expected.Split('|').Where(piece => piece.Contains(' ')).Append("a -").Append("- b"))
        {
            var parts = piece.Split(' ');
            vocabulary.TryAdd(parts[0] + parts[1], vocabulary.Count);
            merges.Add(piece);
        }

        Spell(Load(file), text, parse: false).ShouldBe(expected.Split('|').Select(piece => piece.Replace(" ", "")));
    }

    [Theory]
    [InlineData("{", "RUN0102")]
    [InlineData("[]", "RUN0102")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{}}}""", "RUN0104")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{}}}""", "RUN0106")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0}}}""", "RUN0106")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[]}}""", "RUN0106")]
    [InlineData("""{"model":{"type":"Unigram","vocab":{"a":0}}}""", "RUN0102")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a"]]}}""", "RUN0102")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a",1e99]]}}""", "RUN0102")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":7,"vocab":[["a",0]]}}""", "RUN0106")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]}}""", "RUN0106")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}}""", "RUN0106")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""", "RUN0106")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}}""", "RUN0106")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":3999999},"merges":[]}}""", "RUN0106")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":"x"},"merges":[]}}""", "RUN0102")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"\ud800":0},"merges":[]}}""", "RUN0102")]
    [InlineData("""{"\ud800":{},"model":{"type":"BPE","vocab":{"a":0},"merges":[]}}""", "RUN0102")]
    [InlineData("""{"model":{"\ud800":1,"type":"BPE","vocab":{"a":0},"merges":[]}}""", "RUN0102")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"decoder":{"\udc00":1}}""", "RUN0102")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}""", "RUN0107")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}""", "RUN0107")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[1]}}""", "RUN0102")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"end_of_word_suffix":"</w>"}}""", "RUN0105")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"normalizer":{"type":"Nmt"}}""", "RUN0105")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"UnicodeScripts"}}""", "RUN0105")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"decoder":{"type":"CTC"}}""", "RUN0105")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"}}""", "RUN0110")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"added_tokens":[{"content":"x"}]}""", "RUN0106")]
    public void Bad_files_are_refused_with_a_code(string json, string code) =>
        Should.Throw<ModelException>(() => TokenizerLoader.FromTokenizerJson(new MemoryStream(Encoding.UTF8.GetBytes(json)))).Code.ShouldBe(code);

    [Fact]
    public void A_split_pattern_that_never_ends_is_stopped()
    {
        var file = Small();
        file["pre_tokenizer"] = JsonNode.Parse("""{"type":"Split","pattern":{"Regex":"(a|aa)+c"},"behavior":"Isolated"}""");

        var error = Should.Throw<ModelException>(() => Spell(Load(file), new string('a', 60) + "b", parse: false));

        error.Code.ShouldBe("RUN0111");
    }

    private static JsonObject Describe(JsonNode? vocabulary, IEnumerable<JsonNode> merges, JsonNode? preTokenizer, JsonNode? decoder, bool wholePieces) => new()
    {
        ["version"] = "1.0",
        ["added_tokens"] = new JsonArray(),
        ["normalizer"] = null,
        ["pre_tokenizer"] = preTokenizer,
        ["post_processor"] = null,
        ["decoder"] = decoder,
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["ignore_merges"] = wholePieces,
            ["vocab"] = vocabulary,
            ["merges"] = new JsonArray([.. merges]),
        },
    };

    private static JsonObject Small(string added = "[]", string[]? further = null, string[]? merges = null)
    {
        var vocabulary = new JsonObject();
        for (var value = 0; value < 256; value++)
        {
            vocabulary[ByteAlphabet.Spell((byte)value).ToString()] = value;
        }

        foreach (var token in further ?? [])
        {
            vocabulary[token] = vocabulary.Count;
        }

        var file = Describe(
            vocabulary,
            (merges ?? []).Select(rule => (JsonNode)rule),
            JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"""),
            JsonNode.Parse(ByteLevelDecoder),
            wholePieces: false);
        file["added_tokens"] = JsonNode.Parse(added);
        return file;
    }

    private static ITokenizer Load(JsonObject file) =>
        TokenizerLoader.FromTokenizerJson(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(file)));

    private static IEnumerable<string> Spell(ITokenizer tokenizer, string text, bool parse)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: parse, ids);
        return ids.Select(tokenizer.GetToken);
    }
}
