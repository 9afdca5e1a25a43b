using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Vectors;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Vectors;

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
