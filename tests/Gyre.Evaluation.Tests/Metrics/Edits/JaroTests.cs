using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Edits;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Edits;

public sealed class JaroTests
{
    // NLTK 3.8, jaro_similarity and jaro_winkler_similarity; the names are Winkler's 1990 table and its successors'.
    [Theory]
    [InlineData("MARTHA", "MARHTA", 0.9444444444444444, 0.9611111111111111)]
    [InlineData("DWAYNE", "DUANE", 0.8222222222222222, 0.84)]
    [InlineData("DIXON", "DICKSONX", 0.7666666666666666, 0.8133333333333332)]
    [InlineData("JELLYFISH", "SMELLYFISH", 0.8962962962962964, 0.8962962962962964)]
    [InlineData("SHACKLEFORD", "SHACKELFORD", 0.9696969696969697, 0.9818181818181818)]
    [InlineData("massey", "massie", 0.888888888888889, 0.9333333333333333)]
    [InlineData("brookhaven", "brrokhaven", 0.9333333333333332, 0.9466666666666665)]
    [InlineData("billy", "susan", 0, 0)]
    [InlineData("", "abc", 0, 0)]
    [InlineData("Привет мир", "Пирвет, мир", 0.9363636363636363, 0.9427272727272726)]
    public void Both_similarities_are_those_of_NLTK(string first, string second, double jaro, double winkler)
    {
        Jaro.Similarity(first, second).ShouldBe(jaro, 1e-15);
        Jaro.WinklerSimilarity(first, second).ShouldBe(winkler, 1e-15);
    }

    [Fact]
    public void The_similarity_of_long_texts_is_that_of_NLTK() =>
        Jaro.Similarity(EditTexts.Congruential(1, 300, "abcde é"), EditTexts.Congruential(2, 270, "abcdfe é")).ShouldBe(0.7429864041256447, 1e-15);

    [Fact]
    public void Queues_find_what_the_search_of_each_window_finds()
    {
        foreach (var (first, second) in EditTexts.Pairs())
        {
            Jaro.Similarity(first, second).ShouldBe(EditTexts.Jaro(first, second), 1e-15, $"{first} | {second}");
        }

        Jaro.Similarity(new string('a', 1_000_000), new string('a', 1_000_000)).ShouldBe(1);
    }

    [Fact]
    public void Below_the_threshold_nothing_rises()
    {
        Jaro.WinklerSimilarity("abcx", "abyzwvut", boostThreshold: 0.7).ShouldBe(Jaro.Similarity("abcx", "abyzwvut"));
        Jaro.WinklerSimilarity("abcx", "abyzwvut").ShouldBeGreaterThan(Jaro.Similarity("abcx", "abyzwvut"));
        Jaro.WinklerBoostMetric.Of("DIXON", "DICKSONX").Number.ShouldBe(0.8133333333333332, 1e-15);
    }

    [Fact]
    public void Equal_texts_are_one_also_those_of_one_symbol_and_of_none()
    {
        string[] texts = ["a", "", "🙂", "ab"];
        foreach (var text in texts)
        {
            Jaro.Similarity(text, text).ShouldBe(1);
            Jaro.WinklerSimilarity(text, text).ShouldBe(1);
        }
    }

    [Fact]
    public void A_prefix_weight_that_leads_above_one_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Jaro.WinklerSimilarity("a", "b", prefixWeight: 0.3)).Message.ShouldContain("prefixWeight");

    [Fact]
    public void The_nearest_reference_counts() => Jaro.Metric.Of("MARTHA", "susan", "MARHTA").ShouldBe(MetricValue.Of(Jaro.Similarity("MARTHA", "MARHTA")));
}
