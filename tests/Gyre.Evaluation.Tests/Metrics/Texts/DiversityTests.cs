using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Texts;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Texts;

public sealed class DiversityTests
{
    private const string People = "of the people, by the people, for the people";

    [Fact]
    public void Distinct_grams_are_a_share_of_all()
    {
        Diversity.DistinctMetric(1).Of(People).Number.ShouldBe(5 / 9.0, 1e-15);

        // of the, the people, people by, by the, (the people), people for, for the, (the people).
        Diversity.DistinctMetric(2).Of(People).Number.ShouldBe(6 / 8.0, 1e-15);
        Diversity.DistinctMetric(2).Of("No no! NO no").Number.ShouldBe(1 / 3.0, 1e-15);
        Diversity.DistinctMetric(3).Of("two words").Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
    }

    [Fact]
    public void Over_texts_together_equal_grams_count_once()
    {
        Diversity.Distinct(["a b", "a b", "b a"], 2).ShouldBe(MetricValue.Of(2 / 3.0));
        Diversity.Distinct([], 1).Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
        Should.Throw<ArgumentOutOfRangeException>(() => Diversity.DistinctMetric(0));
    }

    // McCarthy and Jarvis 2010 show the first factor of this text: .667 at the sixth word; the three words left have the ratio 1. Backwards
    // the fifth word ends it at .6.
    [Fact]
    public void Lexical_diversity_is_that_of_its_authors_example()
    {
        Diversity.LexicalDiversity(People).ShouldBe(MetricValue.Of(9));

        // Forwards "a b a" ends at .667, then "b c" is left at 1; backwards "c b a b" is 3 of 4 and "a" makes .6.
        Diversity.LexicalDiversity("a b a b c").ShouldBe(MetricValue.Of(5));

        // Forwards as before with "b a c d" left at 1; backwards "d c a b a" is 4 of 5 and "b" makes .667.
        Diversity.LexicalDiversity("a b a b a c d").ShouldBe(MetricValue.Of(7));
        Diversity.LexicalDiversity("all words differ here").Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        Diversity.LexicalDiversity("").Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
    }

    [Fact]
    public void A_stretch_that_is_not_finished_counts_by_its_share()
    {
        // Forwards "a a" ends at .5 and "b c d b" is left at .75. Backwards "b d c b" is .75, then "a" makes .8 and "a" .667.
        Diversity.LexicalDiversity("a a b c d b").Number.ShouldBe(((6 / (1 + (0.25 / 0.28))) + 6) / 2, 1e-12);
    }
}

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
