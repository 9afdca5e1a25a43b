using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Answers;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Answers;

public sealed class TokenOverlapTests
{
    // By hand after the definition of Rajpurkar et al. 2016, section 6.1: precision and recall over bags of tokens.
    [Theory]
    [InlineData("the Denver Broncos team", "Denver Broncos", 0.8)]
    [InlineData("in 1066, at Hastings", "1066", 0.4)]
    [InlineData("blue blue blue", "blue sky", 0.4)]
    [InlineData("red", "blue", 0)]
    [InlineData("the", "a an", 1)]
    [InlineData("the", "Paris", 0)]
    [InlineData("Paris", "", 0)]
    public void The_F1_of_SQuAD_compares_bags_of_tokens(string candidate, string reference, double f1) =>
        TokenOverlap.SquadMetric.Of(candidate, reference).Number.ShouldBe(f1, 1e-15);

    [Fact]
    public void The_best_reference_counts() => TokenOverlap.SquadMetric.Of("Denver Broncos", "Carolina Panthers", "Broncos", "Denver Broncos").ShouldBe(MetricValue.Of(1));

    [Fact]
    public void The_plain_form_keeps_case_and_articles()
    {
        TokenOverlap.Metric.Of("The cat", "the cat").ShouldBe(MetricValue.Of(0.5));
        var overlap = TokenOverlap.Of("a b b c", "b b b");
        (overlap.Precision, overlap.Recall).ShouldBe((0.5, 2 / 3.0));
    }
}
