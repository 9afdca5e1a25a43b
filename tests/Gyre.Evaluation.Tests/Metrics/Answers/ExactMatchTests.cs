using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Answers;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Answers;

public sealed class ExactMatchTests
{
    [Fact]
    public void The_plain_form_knows_only_equality()
    {
        ExactMatch.Metric.Of("Paris", "Paris").ShouldBe(MetricValue.Of(1));
        ExactMatch.Metric.Of("Paris ", "Paris", "paris").ShouldBe(MetricValue.Of(0));
        ExactMatch.Metric.Of("", "").ShouldBe(MetricValue.Of(1));
        ExactMatch.Metric.Of("x").Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }

    [Fact]
    public void The_form_of_SQuAD_leaves_case_punctuation_and_articles_aside()
    {
        ExactMatch.SquadMetric.Of("The  Eiffel-Tower!", "a eiffeltower").ShouldBe(MetricValue.Of(1));
        ExactMatch.SquadMetric.Of("Denver Broncos", "Denver", "the Denver Broncos.").ShouldBe(MetricValue.Of(1));
        ExactMatch.SquadMetric.Of("Denver", "the Denver Broncos.").ShouldBe(MetricValue.Of(0));
    }

    [Fact]
    public void Over_samples_it_is_the_share() =>
        ExactMatch.Metric.Of(new TextSample("a", "a"), new TextSample("b", "a"), new TextSample("a", "a"), new TextSample("c", [])).ShouldBe(MetricValue.Of(2 / 3.0));
}
