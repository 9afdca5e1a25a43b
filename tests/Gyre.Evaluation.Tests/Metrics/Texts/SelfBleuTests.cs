using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;
using Gyre.Evaluation.Metrics.Texts;

namespace Gyre.Evaluation.Tests.Metrics.Texts;

public sealed class SelfBleuTests
{
    private static readonly string[] Vocabulary = ["a", "b", "c", "d", "the", "cat", "sat"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_value_is_the_mean_of_NLTK_s_sentence_scores_against_all_others(int order)
    {
        var metric = new NltkBleu(new NltkBleuOptions { Smoothing = NltkSmoothing.Method1, Weights = [.. Enumerable.Repeat(1.0 / order, order)] });
        for (var seed = 0; seed < 20; seed++)
        {
            var texts = Texts(seed, 12);
            var expected = texts.Select((text, i) => metric.Sentence(text, [.. texts.Where((_, j) => j != i)]).Number).Average();

            SelfBleu.Of(texts, order).Number.ShouldBe(expected, 1e-12);
        }
    }

    [Fact]
    public void Equal_texts_have_1_and_texts_without_a_common_word_0()
    {
        SelfBleu.Of(["one two three four", "one two three four"]).Number.ShouldBe(1, 1e-12);
        SelfBleu.Of(["one two three four", "five six seven eight"]).ShouldBe(MetricValue.Of(0));
    }

    [Fact]
    public void There_is_no_value_before_two_texts_have_words()
    {
        var metric = new SelfBleu();
        metric.Add("1", "one");
        metric.Add("2", "  ");

        metric.Value.Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
        (metric.Count, metric.Empty, metric.Kept).ShouldBe((1, 1, 1));
        SelfBleu.Of(["", "a"]).IsDefined.ShouldBeFalse();
    }

    [Fact]
    public void Of_many_texts_the_same_sample_is_kept_in_any_order()
    {
        var texts = Texts(3, 300).Index().ToArray();
        var (forwards, backwards, all) = (new SelfBleu(most: 50, seed: 1), new SelfBleu(most: 50, seed: 1), new SelfBleu(most: 300));
        Array.ForEach(texts, item => forwards.Add($"row {item.Index}", item.Item));
        foreach (var (index, text) in texts.Reverse())
        {
            backwards.Add($"row {index}", text);
            all.Add($"row {index}", text);
        }

        (forwards.Kept, forwards.Count).ShouldBe((50, 300));
        backwards.Value.ShouldBe(forwards.Value);
        all.Value.Number.ShouldBe(SelfBleu.Of([.. texts.Select(item => item.Item)]).Number, 1e-12);
        forwards.Value.ShouldNotBe(all.Value);
    }

    private static string[] Texts(int seed, int count)
    {
        var random = new SeededRandom((ulong)seed);
        return [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', Enumerable.Range(0, 1 + random.NextInt32(9)).Select(_ => Vocabulary[random.NextInt32(Vocabulary.Length)])))];
    }
}
