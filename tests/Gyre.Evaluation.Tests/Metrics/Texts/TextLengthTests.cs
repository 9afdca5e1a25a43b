using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Texts;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Texts;

public sealed class TextLengthTests
{
    [Fact]
    public void Lengths_are_means_and_the_ratio_is_one_of_sums()
    {
        TextSample[] samples = [new("One two. Three!", "a b"), new("", "c d e f")];
        TextLength.Words.Of(samples).ShouldBe(MetricValue.Of(1.5));
        TextLength.Sentences.Of(samples).ShouldBe(MetricValue.Of(1));
        TextLength.Characters.Of(samples).ShouldBe(MetricValue.Of(7.5));
        TextLength.Ratio.Of(samples).ShouldBe(MetricValue.Of(0.5));
        TextLength.Ratio.Of("x", "").Reason!.Cause.ShouldBe(UndefinedCause.EmptyReference);
        TextLength.Ratio.Of("a b c", "a", "a b c d").ShouldBe(MetricValue.Of(0.75));
    }
}
