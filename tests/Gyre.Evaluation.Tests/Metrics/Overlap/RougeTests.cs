using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;
using Gyre.TestSupport;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class RougeTests
{
    // Source: the tests of rouge-score 0.1.2.
    [Theory]
    [InlineData(RougeMeasure.NGrams, 1, "testing", "testing one two", 1, 1.0 / 3, 0.5)]
    [InlineData(RougeMeasure.NGrams, 2, "testing one", "testing one two", 1, 0.5, 2.0 / 3)]
    [InlineData(RougeMeasure.LongestSubsequence, 1, "testing one", "testing one two", 1, 2.0 / 3, 0.8)]
    [InlineData(RougeMeasure.LongestSubsequence, 1, "testing two", "testing one two", 1, 2.0 / 3, 0.8)]
    [InlineData(RougeMeasure.SummarySubsequence, 1, "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "w1 w2 w3 w4 w5", 0.4, 0.8, 1.6 / 3)]
    [InlineData(RougeMeasure.SummarySubsequence, 1, "/", "w1 w2 w3 w4 w5", 0, 0, 0)]
    [InlineData(RougeMeasure.SummarySubsequence, 1, "w1", "", 0, 0, 0)]
    [InlineData(RougeMeasure.NGrams, 2, "", "testing one two", 0, 0, 0)]
    public void The_examples_of_rouge_score_have_their_values(RougeMeasure measure, int order, string candidate, string reference, double precision, double recall, double f)
    {
        var score = new Rouge(new RougeOptions { Measure = measure, Order = order }).Sentence(candidate, [reference]);
        score.Precision.ShouldBe(precision, 1e-12);
        score.Recall.ShouldBe(recall, 1e-12);
        score.F.ShouldBe(f, 1e-12);
    }

    [Fact]
    public void The_published_table_is_reproduced()
    {
        var pair = JsonDocument.Parse(File.ReadAllText(TestData.Require("data/metric-goldens/published-pair.json"))).RootElement;
        var (candidate, reference) = (pair.GetProperty("predicted").GetString() ?? "", pair.GetProperty("reference").GetString() ?? "");
        foreach (var row in pair.GetProperty("rouge").EnumerateObject())
        {
            var score = new Rouge(new RougeOptions
            {
                Words = RougeWords.WhitespaceUnique,
                Measure = row.Name == "rouge-l" ? RougeMeasure.LongestSubsequence : RougeMeasure.NGrams,
                Order = row.Name == "rouge-2" ? 2 : 1,
            }).Sentence(candidate, [reference]);
            Math.Round(score.Recall, 3).ShouldBe(row.Value.GetProperty("r").GetDouble(), row.Name);
            Math.Round(score.Precision, 3).ShouldBe(row.Value.GetProperty("p").GetDouble(), row.Name);
            Math.Round(score.F, 3).ShouldBe(row.Value.GetProperty("f").GetDouble(), row.Name);
        }
    }

    [Fact]
    public void Stems_join_words_of_more_than_three_letters_alone()
    {
        var plain = new Rouge(new RougeOptions());
        var stems = new Rouge(new RougeOptions { Stems = true });
        plain.Sentence("running", ["runs running"]).F.ShouldBe(2.0 / 3, 1e-12);
        stems.Sentence("running ran", ["runs", "Run!"]).Precision.ShouldBe(0.5);
        stems.Sentence("ties", ["tie"]).F.ShouldBe(1, "the stem of 'ties' is 'tie'");
        stems.Sentence("its", ["it"]).F.ShouldBe(0, "three letters stay as they are");
    }

    [Fact]
    public void Of_several_references_the_one_with_the_best_F_counts()
    {
        var score = new Rouge(new RougeOptions()).Sentence("a b c d", ["a", "a b c x", "a b c d e f g h i"]);
        score.ShouldBe(new RougeScore(0.75, 0.75, 0.75));
    }

    [Fact]
    public void Every_part_is_a_metric()
    {
        TextSample[] samples = [new("testing", "testing one two"), new("a b", "a b")];
        Value(RougePart.Precision).ShouldBe(1, 1e-12);
        Value(RougePart.Recall).ShouldBe(2.0 / 3, 1e-12);
        Value(RougePart.F).ShouldBe(0.75, 1e-12);

        double Value(RougePart part)
        {
            var total = new MetricTotal<TextSample>(new Rouge(new RougeOptions { Part = part }));
            Array.ForEach(samples, sample => total.Add(sample));
            return total.Value.Number;
        }
    }

    [Fact]
    public void Texts_beyond_the_limits_are_undefined_and_those_within_take_a_second_or_so()
    {
        var rouge = new Rouge(new RougeOptions { Measure = RougeMeasure.SummarySubsequence });
        var lines = string.Concat(Enumerable.Repeat("a b\n", 1_100));
        rouge.TryMeasure(new TextSample(lines, lines), new double[1], out var reason).ShouldBeFalse();
        reason!.Detail.ShouldContain("1100 lines");
        var words = string.Concat(Enumerable.Repeat("a ", 100_001));
        rouge.TryMeasure(new TextSample(words, words), new double[1], out reason).ShouldBeFalse();
        reason!.Detail.ShouldContain("100001 words");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        rouge.Sentence(words[..60_000], [words[..60_000]]).F.ShouldBe(1);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }
}
