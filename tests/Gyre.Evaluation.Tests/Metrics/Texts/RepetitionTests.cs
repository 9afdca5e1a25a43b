using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Texts;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Texts;

public sealed class RepetitionTests
{
    [Theory]
    [InlineData("no no no", 3)]
    [InlineData("on and on and on", 5)]
    [InlineData("all words differ", 0)]
    [InlineData("We said so. We said so. We said something", 8)]
    [InlineData("a b a", 0)]
    [InlineData("", 0)]
    public void The_longest_run_is_counted_in_words(string text, int words) => Repetition.LongestRun(text).ShouldBe(words);

    [Fact]
    public void Repeated_grams_are_what_distinct_ones_leave()
    {
        Repetition.NGramMetric(4).Of("a b c d a b c d").Number.ShouldBe(1 / 5.0, 1e-15);
        Repetition.NGramMetric(4).Of("a b c").Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
    }

    [Fact]
    public void A_large_hostile_text_takes_linear_time() => Repetition.LongestRun(string.Concat(Enumerable.Repeat("x ", 500_000))).ShouldBe(500_000);
}
