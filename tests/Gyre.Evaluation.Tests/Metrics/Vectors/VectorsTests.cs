using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Vectors;
using Gyre.Evaluation.Tests.Metrics.Edits;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Vectors;

public sealed class CorrelationTests
{
    private static readonly double[] First = [12, 2, 1, 12, 2, 5, 7.5, 7.5, 3, 1];
    private static readonly double[] Second = [1, 4, 7, 1, 0, 3, 7, 2.5, 2.5, -4];

    // scipy 1.10.1: pearsonr, spearmanr, kendalltau.
    [Fact]
    public void Correlations_with_ties_are_those_of_scipy()
    {
        Correlation.Pearson(First, Second).Number.ShouldBe(0.01237458789992716, 1e-14);
        Correlation.Spearman(First, Second).Number.ShouldBe(-0.04024787090821993, 1e-14);
        Correlation.Kendall(First, Second).Number.ShouldBe(-0.07229440390678198, 1e-14);
    }

    [Fact]
    public void Correlations_of_long_series_are_those_of_scipy()
    {
        var letters = new string([.. Enumerable.Range(0, 40).Select(i => (char)i)]);
        var first = EditTexts.Congruential(1, 500, letters).Select(c => (double)c).ToArray();
        var second = first.Zip(EditTexts.Congruential(2, 500, letters[..30]), (a, b) => (a + b) % 60).ToArray();
        Correlation.Pearson(first, second).Number.ShouldBe(0.6033455621775357, 1e-13);
        Correlation.Spearman(first, second).Number.ShouldBe(0.6450427813052094, 1e-13);
        Correlation.Kendall(first, second).Number.ShouldBe(0.49985869980948583, 1e-13);
    }

    [Fact]
    public void A_monotone_series_has_full_rank_correlation_and_the_reverse_the_opposite()
    {
        double[] cubes = [1, 8, 27, 64, 1e300];
        double[] numbers = [1, 2, 3, 4, 5];
        Correlation.Spearman(numbers, cubes).Number.ShouldBe(1, 1e-12);
        Correlation.Kendall(numbers, cubes).Number.ShouldBe(1, 1e-12);
        Array.Reverse(cubes);
        Correlation.Kendall(numbers, cubes).Number.ShouldBe(-1, 1e-12);
        Correlation.Pearson([1e200, 2e200, 3e200], [1e-200, 2e-200, 3e-200]).Number.ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Series_without_variation_or_with_one_pair_are_undefined()
    {
        Correlation.Pearson([0.1, 0.1, 0.1], [1, 2, 3]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        Correlation.Spearman([1, 2], [5, 5]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        Correlation.Kendall([1, 1], [5, 6]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        Correlation.Kendall([1], [5]).Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
        Correlation.Pearson([1, double.NaN], [5, 6]).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        Should.Throw<ArgumentException>(() => Correlation.Pearson([1], [1, 2]));
    }
}

public sealed class EmbeddingCosineTests
{
    [Fact]
    public void The_nearest_reference_counts()
    {
        var sample = new VectorSample(new float[] { 3, 4 }, [new float[] { -4, 3 }, new float[] { 4, 3 }]);
        EmbeddingCosine.Metric.Of(sample).Number.ShouldBe(24 / 25.0, 1e-15);
        EmbeddingCosine.Between([1e30f, 1e30f], [1, 1]).Number.ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Vectors_without_a_direction_are_undefined_by_cause()
    {
        EmbeddingCosine.Between([0, 0], [1, 1]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        EmbeddingCosine.Between([1], [1, 1]).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        EmbeddingCosine.Between([float.NaN], [1]).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        EmbeddingCosine.Metric.Of(new VectorSample(new float[] { 1 }, [])).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }
}

public sealed class BertScoreTests
{
    private static readonly TokenVectors Candidate = new(new[] { 7, 8, 5 }, new float[] { 1, 0, 0, .6f, .8f, 0, 0, .5f, .5f });
    private static readonly TokenVectors Reference = new(new[] { 7, 9 }, new float[] { .9f, .1f, 0, 0, 0, 2 });

    // numpy 1.24: the greatest cosine of each row and column, and their (weighted) means.
    [Fact]
    public void Precision_recall_and_F1_are_means_of_greatest_cosines()
    {
        BertScore.TryCompare(Candidate, Reference, null, out var score, out _).ShouldBeTrue();
        score.Precision.ShouldBe(0.7952219963407501, 1e-7);
        score.Recall.ShouldBe(0.850495257679236, 1e-7);
        score.F1.Number.ShouldBe(0.8219304197460995, 1e-7);
    }

    [Fact]
    public void Weights_are_inverse_document_frequencies()
    {
        var weights = TokenWeights.Of([Tokens(7, 8), Tokens(8, 9), Tokens(8)]);
        (weights[7], weights[8], weights[9], weights[5]).ShouldBe((Math.Log(2), 0, Math.Log(2), Math.Log(4)));
        BertScore.TryCompare(Candidate, Reference, weights, out var score, out _).ShouldBeTrue();
        score.Precision.ShouldBe(0.8026990988483399, 1e-7);
        score.Recall.ShouldBe(0.850495257679236, 1e-7);
        BertScore.TryCompare(Tokens(8), Tokens(8), weights, out _, out var reason).ShouldBeFalse();
        reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
    }

    [Fact]
    public void A_baseline_stretches_the_best_reference()
    {
        var sample = new BertScoreSample(Candidate, [Tokens3(1), Reference]);
        BertScore.Metric(BertScorePart.Recall, "tiny").Of(sample).Number.ShouldBe(0.9999999, 1e-6);
        var rescaled = BertScore.Metric(BertScorePart.Recall, "tiny", baseline: 0.5);
        rescaled.Name.ShouldBe("bertscore-recall-rescaled-tiny");
        rescaled.Of(new BertScoreSample(Candidate, [Reference])).Number.ShouldBe((0.850495257679236 - 0.5) / 0.5, 1e-6);
        Should.Throw<ArgumentOutOfRangeException>(() => BertScore.Metric(BertScorePart.F1, "tiny", baseline: 1));
    }

    [Fact]
    public void Texts_without_tokens_and_vectors_that_do_not_fit_are_undefined()
    {
        var metric = BertScore.Metric(BertScorePart.F1, "tiny");
        metric.Of(new BertScoreSample(Tokens(), [Reference])).Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
        metric.Of(new BertScoreSample(Candidate, [Tokens()])).Reason!.Cause.ShouldBe(UndefinedCause.EmptyReference);
        metric.Of(new BertScoreSample(Candidate, [])).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        metric.Of(new BertScoreSample(Candidate, [Tokens(1)])).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        metric.Of(new BertScoreSample(Candidate, [new TokenVectors(new[] { 1 }, new float[3])])).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        metric.Of(new BertScoreSample(Tokens(new int[5000]), [Tokens(new int[5000])])).Reason!.Cause.ShouldBe(UndefinedCause.TooLarge);
        Should.Throw<ArgumentException>(() => new TokenVectors(new[] { 1, 2 }, new float[3])).Message.ShouldContain("3 numbers for 2 tokens");
    }

    private static TokenVectors Tokens(params int[] tokens) => new(tokens, Enumerable.Repeat(1f, tokens.Length).ToArray());

    private static TokenVectors Tokens3(int token) => new(new[] { token }, new float[] { 0, 1, 1 });
}
