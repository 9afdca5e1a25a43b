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
