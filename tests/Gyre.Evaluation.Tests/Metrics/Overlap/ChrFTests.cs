using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class ChrFTests
{
    [Theory]
    [InlineData("chrf_corpus", 13)]
    [InlineData("chrf_effective_order", 7)]
    [InlineData("chrf_keep_whitespace", 2)]
    public void Corpora_of_sacreBLEU_have_their_scores(string part, int count)
    {
        var entries = OverlapGoldens.SacreBleu(part).EnumerateArray().ToArray();
        foreach (var entry in entries)
        {
            Metric(entry).Corpus(OverlapGoldens.Samples(entry)).ShouldBe(entry.GetProperty("expected").GetDouble(), 5e-5, entry.ToString());
        }

        entries.Length.ShouldBe(count);
    }

    [Fact]
    public void Sentences_of_sacreBLEU_have_their_scores()
    {
        foreach (var entry in OverlapGoldens.SacreBleu("chrf_sentence").EnumerateArray())
        {
            Metric(entry).Sentence(entry.GetProperty("hyp").GetString() ?? "", OverlapGoldens.Strings(entry.GetProperty("refs"))).ShouldBe(entry.GetProperty("expected").GetDouble(), 5e-9, entry.ToString());
        }
    }

    [Fact]
    public void Odd_sentences_have_the_scores_of_the_source()
    {
        var (plain, words, other) = (new ChrF(), new ChrF(new ChrFOptions { WordOrder = 2 }), new ChrF(new ChrFOptions { Beta = 3, EpsilonSmoothing = true, KeepWhitespace = true, Lowercase = true }));
        foreach (var (sample, golden) in OverlapGoldens.Cases)
        {
            plain.Sentence(sample.Candidate, sample.References).ShouldBe(golden.GetProperty("chrf").GetDouble(), 1e-9, sample.Candidate);
            words.Sentence(sample.Candidate, sample.References).ShouldBe(golden.GetProperty("chrf++").GetDouble(), 1e-9, sample.Candidate);
            other.Sentence(sample.Candidate, sample.References).ShouldBe(golden.GetProperty("chrf3Eps").GetDouble(), 1e-9, sample.Candidate);
        }

        var samples = OverlapGoldens.Cases.Select(item => item.Sample).ToArray();
        plain.Corpus(samples).ShouldBe(OverlapGoldens.Corpus.GetProperty("chrf").GetDouble(), 1e-9);
        words.Corpus(samples).ShouldBe(OverlapGoldens.Corpus.GetProperty("chrf++").GetDouble(), 1e-9);
        (plain.Name, words.Name, other.Name).ShouldBe(("chrf", "chrf++", "chrf3-lc-whitespace-eps"));
    }

    [Fact]
    public void Orders_out_of_range_are_refused() =>
        Should.Throw<ArgumentException>(() => new ChrF(new ChrFOptions { CharacterOrder = 0 })).Message.ShouldContain("expected 1 to 16");

    private static ChrF Metric(JsonElement entry) => new(new ChrFOptions
    {
        CharacterOrder = entry.GetProperty("char_order").GetInt32(),
        WordOrder = entry.GetProperty("word_order").GetInt32(),
        Beta = entry.GetProperty("beta").GetInt32(),
        EpsilonSmoothing = entry.TryGetProperty("eps_smoothing", out var smoothing) && smoothing.GetBoolean(),
        KeepWhitespace = entry.TryGetProperty("remove_whitespace", out var remove) && !remove.GetBoolean(),
    });
}
