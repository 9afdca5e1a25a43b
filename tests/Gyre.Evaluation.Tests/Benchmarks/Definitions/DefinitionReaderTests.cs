using Gyre.Evaluation.Benchmarks;

namespace Gyre.Evaluation.Tests.Benchmarks.Definitions;

public sealed class DefinitionReaderTests
{
    internal const string Whole = """
        name: tiny
        title: "Tiny"
        paper: { title: T, authors: A, year: 2020, reference: "arXiv:1" }
        version: 3
        licence: MIT
        home: example.org
        task: choice
        metrics:
          - { name: accuracy, direction: higher }
        source: { format: jsonl }
        splits:
          test: { files: "t.jsonl" }
        prompt: { question: "{q}" }
        choices:
          - { list: a }
        gold: { index: "{right}" }
        """;

    [Fact]
    public void A_whole_definition_is_read()
    {
        var definition = BenchmarkDefinition.Parse(Whole);

        (definition.Name, definition.Version, definition.Task, definition.Licence).ShouldBe(("tiny", 3, BenchmarkTask.Choice, "MIT"));
        definition.Measures.ShouldBe([new BenchmarkMeasure("accuracy", ScoreDirection.HigherIsBetter, IsMacro: false)]);
        BenchmarkDefinition.Parse(Whole + "\nnote: other").Digest.ShouldNotBe(definition.Digest);
    }

    [Theory]
    [InlineData("task: choice", "task: guess", "'guess' is unknown")]
    [InlineData("name: accuracy, direction: higher", "name: accuracy, direction: lower", "is not that of 'accuracy'")]
    [InlineData("name: accuracy,", "name: acuracy,", "'acuracy' is unknown")]
    [InlineData("format: jsonl", "format: xml", "'xml' is unknown")]
    [InlineData("files: \"t.jsonl\"", "files: \"../t.jsonl\"", "leaves the folder")]
    [InlineData("question: \"{q}\"", "question: \"{q\"", "is not closed")]
    [InlineData("question: \"{q}\"", "question: \"{q|shout}\"", "filter 'shout' is unknown")]
    [InlineData("version: 3", "version: new", "'new' was found")]
    [InlineData("licence: MIT", "licnce: MIT", "is unknown; expected one of")]
    [InlineData("test: {", "dev: {", "no split 'test'")]
    [InlineData("{ list: a }", "{ list: a, text: b }", "say the same")]
    public void A_fault_is_named_with_its_place(string from, string to, string expected)
    {
        var error = Should.Throw<EvaluationException>(() => BenchmarkDefinition.Parse(Whole.Replace(from, to)));

        error.Code.ShouldBe("EVA0061");
        error.Message.ShouldContain(expected);
        error.Message.ShouldContain("line ");
    }

    [Fact]
    public void All_faults_are_reported_together()
    {
        var message = Should.Throw<EvaluationException>(() => BenchmarkDefinition.Parse("name: x")).Message;

        foreach (var key in new[] { "title", "paper", "version", "licence", "home", "task", "metrics", "source", "splits", "prompt" })
        {
            message.ShouldContain($" {key}: is missing");
        }
    }
}
