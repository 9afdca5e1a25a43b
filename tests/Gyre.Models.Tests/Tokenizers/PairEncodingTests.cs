using System.Text;
using System.Text.Json.Nodes;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

public class PairEncodingTests
{
    [Theory]
    [InlineData("tokenizers/bert-all-MiniLM-L6-v2")]
    [InlineData("tokenizers/llama.cpp-vocab/ggml-vocab-bert-bge.gguf")]
    public void Bert_joins_question_and_passage_in_two_segments(string vocabulary)
    {
        var tokenizer = SpanTests.Load(vocabulary);
        var pair = tokenizer.EncodePair("Who?", "It was Zoë.");

        pair.Ids.ShouldBe([101, 2040, 1029, 102, 2009, 2001, 11199, 1012, 102]);
        pair.TypeIds.ShouldBe([0, 0, 0, 0, 1, 1, 1, 1, 1]);
        pair.Sources.ShouldBe([-1, 0, 0, -1, 1, 1, 1, 1, -1]);
        pair.Between(4, 6).ShouldBe(new TextSpan(0, 10));
        pair.Between(6, 6).Of("It was Zoë.").ToString().ShouldBe("Zoë");
        Should.Throw<ArgumentException>(() => pair.Between(1, 4));
    }

    [Fact]
    public void One_text_gives_the_ids_of_encoding()
    {
        var tokenizer = SpanTests.Load("tokenizers/bert-all-MiniLM-L6-v2");
        var ids = new List<int>();
        tokenizer.Encode("Hello world", addSpecialTokens: true, parseSpecialTokens: false, ids);

        tokenizer.EncodePair("Hello world", null).Ids.ShouldBe(ids);
    }

    [Fact]
    public void Roberta_doubles_the_end_between_two_texts_and_trims_spans()
    {
        using var folder = new RobertaFolder("RobertaTokenizer");
        var tokenizer = TokenizerLoader.FromFolder(folder.Path);
        var pair = tokenizer.EncodePair("a b", "c  d");

        pair.Ids.Select(tokenizer.GetToken).ShouldBe(["<s>", "a", "Ġ", "b", "</s>", "</s>", "c", "Ġ", "Ġ", "d", "</s>"]);
        pair.TypeIds.ShouldAllBe(type => type == 0);
        pair.Spans[3].ShouldBe(new TextSpan(2, 3));
        pair.Spans[2].Length.ShouldBe(0); // A space alone.
        tokenizer.EncodePair("a", null).Ids.Select(tokenizer.GetToken).ShouldBe(["<s>", "a", "</s>"]);
    }

    // Expected: the rules of RobertaProcessing, BertProcessing and TemplateProcessing.
    [Theory]
    [InlineData("""{"type":"RobertaProcessing","sep":["</s>",1],"cls":["<s>",0],"trim_offsets":true,"add_prefix_space":false}""", "0 a 1 1 b 1", "000000")]
    [InlineData("""{"type":"BertProcessing","sep":["</s>",1],"cls":["<s>",0]}""", "0 a 1 b 1", "00011")]
    [InlineData("""{"type":"Sequence","processors":[{"type":"ByteLevel","trim_offsets":false},{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"B","type_id":2}},{"SpecialToken":{"id":"x","type_id":1}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"x":{"id":"x","ids":[1,0],"tokens":["a","b"]}}}]}""", "b 1 0 a", "2110")]
    [InlineData("null", "a b", "01")]
    public void The_post_processor_of_the_file_decides(string postProcessor, string wanted, string types)
    {
        var tokenizer = Trained(postProcessor);
        var pair = tokenizer.EncodePair("a", "b");

        string.Join(' ', pair.Ids.Select(id => id < 2 ? id.ToString(System.Globalization.CultureInfo.InvariantCulture) : tokenizer.GetToken(id))).ShouldBe(wanted);
        string.Concat(pair.TypeIds).ShouldBe(types);
    }

    [Fact]
    public void A_file_without_a_form_for_pairs_says_so()
    {
        var tokenizer = Trained("""{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{}}""");

        tokenizer.EncodePair("a", null).Ids.Count.ShouldBe(1);
        Should.Throw<ModelException>(() => tokenizer.EncodePair("a", "b")).Code.ShouldBe("RUN0116");
        tokenizer.EncodePair("a", "b", new() { AddsSpecialTokens = false }).Ids.Count.ShouldBe(2);
    }

    // Expected: how tokenizers' truncate_encodings shares the limit; three special tokens besides.
    [Theory]
    [InlineData(10, 4, 11, PairTruncation.LongestFirst, 4, 4)]
    [InlineData(10, 4, 10, PairTruncation.LongestFirst, 4, 3)]
    [InlineData(4, 10, 10, PairTruncation.LongestFirst, 3, 4)]
    [InlineData(4, 10, 13, PairTruncation.LongestFirst, 4, 6)]
    [InlineData(10, 10, 13, PairTruncation.LongestFirst, 5, 5)]
    [InlineData(10, 10, 14, PairTruncation.LongestFirst, 5, 6)]
    [InlineData(10, 10, 3, PairTruncation.LongestFirst, 0, 0)]
    [InlineData(4, 10, 9, PairTruncation.OnlySecond, 4, 2)]
    [InlineData(10, 4, 9, PairTruncation.OnlyFirst, 2, 4)]
    [InlineData(4, 4, 11, PairTruncation.None, 4, 4)]
    public void Truncation_keeps_as_many_of_each(int first, int second, int limit, PairTruncation truncation, int keptFirst, int keptSecond)
    {
        var pair = SpanTests.Load("tokenizers/bert-all-MiniLM-L6-v2").EncodePair(Words(first), Words(second), new() { MaxTokens = limit, Truncation = truncation });

        pair.Ids.Count.ShouldBeLessThanOrEqualTo(limit);
        pair.Sources.Count(source => source == 0).ShouldBe(keptFirst);
        pair.Sources.Count(source => source == 1).ShouldBe(keptSecond);
        pair.Ids[^1].ShouldBe(102);
    }

    [Theory]
    [InlineData(20, 4, 10, PairTruncation.OnlySecond)]
    [InlineData(4, 20, 10, PairTruncation.OnlyFirst)]
    [InlineData(4, 20, 10, PairTruncation.None)]
    [InlineData(4, 20, 2, PairTruncation.LongestFirst)]
    public void A_limit_that_truncation_cannot_reach_is_refused(int first, int second, int limit, PairTruncation truncation) =>
        Should.Throw<ModelException>(() => SpanTests.Load("tokenizers/bert-all-MiniLM-L6-v2").EncodePair(Words(first), Words(second), new() { MaxTokens = limit, Truncation = truncation }))
            .Code.ShouldBe("RUN0117");

    [Fact]
    public void Answers_of_the_question_answering_corpus_map_back_to_the_passage_exactly()
    {
        var tokenizer = SpanTests.Load("tokenizers/bert-all-MiniLM-L6-v2");
        var root = JsonNode.Parse(File.ReadAllText(TestData.Require("data/xquad-en/xquad.en.part1.json")))!;
        var answers = 0;
        foreach (var paragraph in root["data"]!.AsArray().SelectMany(article => article!["paragraphs"]!.AsArray()))
        {
            var context = paragraph!["context"]!.GetValue<string>();
            foreach (var question in paragraph["qas"]!.AsArray().Take(2))
            {
                var answer = question!["answers"]![0]!;
                var start = answer["answer_start"]!.GetValue<int>();
                var text = answer["text"]!.GetValue<string>();
                var pair = tokenizer.EncodePair(question["question"]!.GetValue<string>(), context);
                var first = Enumerable.Range(0, pair.Ids.Count).First(i => pair.Sources[i] == 1 && pair.Spans[i].End > start);
                var last = Enumerable.Range(0, pair.Ids.Count).Last(i => pair.Sources[i] == 1 && pair.Spans[i].Start < start + text.Length);
                var span = pair.Between(first, last);

                // An answer that ends inside a word is widened to the whole token, never shifted.
                span.Start.ShouldBeLessThanOrEqualTo(start);
                span.End.ShouldBeGreaterThanOrEqualTo(start + text.TrimEnd().Length);
                answers += span.Of(context).SequenceEqual(text) ? 1 : 0;
            }
        }

        answers.ShouldBeGreaterThan(50);
    }

    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("the", count));

    private static ITokenizer Trained(string postProcessor)
    {
        using var json = new MemoryStream();
        new BpeTrainer(new() { VocabularySize = 258, SpecialTokens = ["<s>", "</s>"] }).Train(["ab"]).WriteTokenizerJson(json);
        var file = JsonNode.Parse(json.ToArray())!;
        file["post_processor"] = JsonNode.Parse(postProcessor);
        return TokenizerLoader.FromTokenizerJson(new MemoryStream(Encoding.UTF8.GetBytes(file.ToJsonString())));
    }

    private sealed class RobertaFolder : IDisposable
    {
        public RobertaFolder(string tokenizerClass)
        {
            Path = Directory.CreateTempSubdirectory("gyre-tokenizer-").FullName;
            var tokens = new[] { "<s>", "<pad>", "</s>", "<unk>" }.Concat(Enumerable.Range(0, 256).Select(value => ByteAlphabet.Spell((byte)value).ToString())).Append("<mask>");
            var vocabulary = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));
            File.WriteAllText(System.IO.Path.Combine(Path, "vocab.json"), vocabulary.ToJsonString());
            File.WriteAllText(System.IO.Path.Combine(Path, "merges.txt"), "#version: 0.2\n");
            File.WriteAllText(System.IO.Path.Combine(Path, "tokenizer_config.json"), $$"""{"tokenizer_class":"{{tokenizerClass}}"}""");
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
