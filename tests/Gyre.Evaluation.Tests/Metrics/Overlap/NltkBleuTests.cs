using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class NltkBleuTests
{
    public static TheoryData<NltkSmoothing> Methods => [.. Enum.GetValues<NltkSmoothing>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Sentences_have_the_scores_of_the_source(NltkSmoothing method)
    {
        var metric = new NltkBleu(new NltkBleuOptions { Smoothing = method });
        foreach (var (sample, golden) in OverlapGoldens.Cases)
        {
            ShouldBe(metric.Sentence(sample.Candidate, sample.References), golden.GetProperty("nltk")[(int)method], sample);
        }
    }

    [Fact]
    public void Reweighed_and_otherwise_weighted_sentences_have_the_scores_of_the_source()
    {
        var reweighed = new NltkBleu(new NltkBleuOptions { Smoothing = NltkSmoothing.Method1, AutoReweigh = true });
        var weighted = new NltkBleu(new NltkBleuOptions { Smoothing = NltkSmoothing.Method5, Weights = [0.5, 0.5] });
        weighted.Name.ShouldBe("bleu-nltk-method5-w0.5_0.5");
        foreach (var (sample, golden) in OverlapGoldens.Cases)
        {
            ShouldBe(reweighed.Sentence(sample.Candidate, sample.References), golden.GetProperty("nltkReweighed"), sample);
            ShouldBe(weighted.Sentence(sample.Candidate, sample.References), golden.GetProperty("nltkTwoOrders"), sample);
        }
    }

    [Theory]
    [InlineData(NltkSmoothing.Method0)]
    [InlineData(NltkSmoothing.Method1)]
    [InlineData(NltkSmoothing.Method2)]
    [InlineData(NltkSmoothing.Method3)]
    [InlineData(NltkSmoothing.Method4)]
    public void A_corpus_has_the_score_of_the_source(NltkSmoothing method) =>
        new NltkBleu(new NltkBleuOptions { Smoothing = method, IsCorpus = true }).Corpus(OverlapGoldens.Cases.Select(item => item.Sample)).Number
            .ShouldBe(OverlapGoldens.Corpus.GetProperty("nltk")[(int)method].GetDouble(), 1e-12);

    [Fact]
    public void Method_6_without_a_shared_trigram_is_undefined_and_not_counted()
    {
        var total = new MetricTotal<TextSample>(new NltkBleu(new NltkBleuOptions { Smoothing = NltkSmoothing.Method6 }));
        total.Add(new TextSample("a b x c", "a b y c")).Reason!.Detail.ShouldContain("trigram");
        total.Add(new TextSample("a b c d", "a b c d")).IsDefined.ShouldBeTrue();
        (total.Count, total.UndefinedCounts[UndefinedCause.ZeroDenominator]).ShouldBe((1, 1));
    }

    [Fact]
    public void All_faults_of_options_are_named_at_once()
    {
        var message = Should.Throw<ArgumentException>(() => new NltkBleu(new NltkBleuOptions { Smoothing = NltkSmoothing.Method7, IsCorpus = true, Weights = [2], K = 0 })).Message;
        message.ShouldContain("no corpus form");
        message.ShouldContain("weights");
        message.ShouldContain("epsilon, alpha and k");
    }

    private static void ShouldBe(MetricValue value, JsonElement golden, TextSample sample)
    {
        value.IsDefined.ShouldBe(golden.ValueKind == JsonValueKind.Number, sample.Candidate);
        if (value.IsDefined)
        {
            value.Number.ShouldBe(golden.GetDouble(), 1e-12, $"{sample.Candidate} | {string.Join(" | ", sample.References)}");
        }
    }
}
