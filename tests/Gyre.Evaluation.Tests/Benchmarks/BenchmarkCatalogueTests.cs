using Gyre.Evaluation.Benchmarks;

namespace Gyre.Evaluation.Tests.Benchmarks;

public sealed class BenchmarkCatalogueTests
{
    public static TheoryData<string> Names => [.. BenchmarkCatalogue.Names];

    [Fact]
    public void The_benchmarks_of_the_field_are_there() => BenchmarkCatalogue.Names.ShouldBe(
        [
            "api-bank", "arc-challenge", "arc-easy", "bbh", "bbq", "boolq", "flask", "glue-cola", "glue-mnli", "glue-mrpc", "glue-qnli", "glue-qqp", "glue-rte", "glue-sst2", "glue-stsb", "glue-wnli", "gsm8k",
            "hellaswag", "hellaswag-pairs", "humaneval", "ifeval", "math", "mbpp", "mmlu", "mmlu-original", "realtoxicityprompts", "realtoxicityprompts-lines", "stereoset", "stereoset-intersentence", "stsb",
            "superglue-boolq", "superglue-cb", "superglue-copa", "superglue-multirc", "superglue-record", "superglue-rte", "superglue-wic", "superglue-wsc",
            "truthfulqa-generation", "truthfulqa-mc1", "truthfulqa-mc2", "xstest",
        ], ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_definition_says_where_it_is_from_and_what_counts(string name)
    {
        var definition = BenchmarkCatalogue.Find(name).ShouldNotBeNull();

        definition.Name.ShouldBe(name);
        definition.Paper.Reference.ShouldStartWith("arXiv:");
        definition.Paper.Year.ShouldBeInRange(2018, 2024);
        definition.Licence.ShouldNotBeEmpty();
        definition.Home.ShouldNotBeEmpty();
        definition.Measures.ShouldNotBeEmpty();
        definition.Digest.Length.ShouldBe(64);
    }

    [Fact]
    public void An_unknown_name_that_is_no_file_lists_the_known_ones()
    {
        var error = Should.Throw<EvaluationException>(() => BenchmarkCatalogue.Open("mmmlu"));

        error.Code.ShouldBe("EVA0060");
        error.Message.ShouldContain("truthfulqa-mc1");
    }
}
