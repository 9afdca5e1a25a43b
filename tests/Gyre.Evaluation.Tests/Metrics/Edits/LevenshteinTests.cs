using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Edits;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Edits;

public sealed class LevenshteinTests
{
    // NLTK 3.8, nltk.metrics.distance.edit_distance.
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("rain", "shine", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("intention", "execution", 5)]
    [InlineData("SHACKLEFORD", "SHACKELFORD", 2)]
    [InlineData("caffè", "cafe\u0300", 2)]
    [InlineData("Привет мир", "Пирвет, мир", 3)]
    public void The_distance_is_that_of_NLTK(string first, string second, int distance) => Levenshtein.Distance(first, second).ShouldBe(distance);

    [Fact]
    public void The_distance_of_texts_longer_than_a_strip_is_that_of_NLTK() =>
        Levenshtein.Distance(EditTexts.Congruential(1, 300, "abcde é"), EditTexts.Congruential(2, 270, "abcdfe é")).ShouldBe(206);

    [Fact]
    public void The_strips_find_what_the_whole_table_finds()
    {
        foreach (var (first, second) in EditTexts.Pairs())
        {
            Levenshtein.Distance(first, second).ShouldBe(EditTexts.Distance(first, second, exchanges: false), $"{first} | {second}");
        }
    }

    [Fact]
    public void The_similarity_is_one_for_equal_texts_and_nothing_for_texts_that_share_nothing()
    {
        Levenshtein.Similarity("", "").ShouldBe(1);
        Levenshtein.Similarity("x🙂", "x🙂").ShouldBe(1);
        Levenshtein.Similarity("aaa", "bb").ShouldBe(0);
        Levenshtein.Similarity("kitten", "sitting").ShouldBe(1 - (3 / 7.0));
    }

    [Fact]
    public void An_emoji_is_one_symbol_and_half_a_surrogate_pair_is_too()
    {
        Levenshtein.Distance("🙂", "🙃").ShouldBe(1);
        Levenshtein.Distance("\uD83D", "").ShouldBe(1);
    }

    [Fact]
    public void The_nearest_reference_counts()
    {
        Levenshtein.DistanceMetric.Of("kitten", "sitting", "mitten", "").ShouldBe(MetricValue.Of(1));
        Levenshtein.SimilarityMetric.Of("kitten", "sitting", "mitten").ShouldBe(MetricValue.Of(1 - (1 / 6.0)));
        Levenshtein.DistanceMetric.Of("kitten").Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }

    [Fact]
    public void Texts_beyond_the_limit_are_undefined_and_not_waited_for()
    {
        var huge = new string('a', 200_000);
        Levenshtein.DistanceMetric.Of(huge, huge).Reason!.Cause.ShouldBe(UndefinedCause.TooLarge);
        Damerau.DistanceMetric.Of(huge, huge).Reason!.Cause.ShouldBe(UndefinedCause.TooLarge);
        LongestCommon.SubstringMetric.Of(huge, huge).Reason!.Cause.ShouldBe(UndefinedCause.TooLarge);
    }
}
