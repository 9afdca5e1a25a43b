using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Answers;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Answers;

public sealed class ContainsTests
{
    [Fact]
    public void The_plain_form_searches_characters_and_the_other_whole_words()
    {
        Contains.Metric.Of("concatenate", "cat").ShouldBe(MetricValue.Of(1));
        Contains.WordsMetric.Of("concatenate", "cat").ShouldBe(MetricValue.Of(0));
        Contains.WordsMetric.Of("A  CAT, of course", "a cat").ShouldBe(MetricValue.Of(1));
        Contains.Metric.Of("a dog", "cat", "dog").ShouldBe(MetricValue.Of(1));
    }

    [Fact]
    public void An_empty_reference_stands_nowhere_and_everywhere_and_is_undefined()
    {
        Contains.Metric.Of("text", "").Reason!.Cause.ShouldBe(UndefinedCause.EmptyReference);
        Contains.WordsMetric.Of("text", " \n").Reason!.Cause.ShouldBe(UndefinedCause.EmptyReference);
        Contains.Metric.Of("text", "", "z").ShouldBe(MetricValue.Of(0));
    }
}
