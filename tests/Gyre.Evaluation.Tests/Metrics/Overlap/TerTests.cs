using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class TerTests
{
    [Fact]
    public void Corpora_of_sacreBLEU_have_their_rates()
    {
        var entries = OverlapGoldens.SacreBleu("ter").EnumerateArray().ToArray();
        foreach (var entry in entries)
        {
            new Ter().Corpus(OverlapGoldens.Samples(entry)).Score.ShouldBe(100 * entry.GetProperty("expected_fraction").GetDouble(), 1e-6, entry.ToString());
        }

        entries.Length.ShouldBe(7);
    }

    [Fact]
    public void Odd_sentences_have_the_rates_of_the_source()
    {
        var (plain, normalised) = (new Ter(), new Ter(new TerOptions { Normalise = true, WithoutPunctuation = true, AsianSupport = true, CaseSensitive = true }));
        foreach (var (sample, golden) in OverlapGoldens.Cases)
        {
            ShouldBe(plain.Sentence(sample.Candidate, sample.References), golden.GetProperty("ter"), sample);
            ShouldBe(normalised.Sentence(sample.Candidate, sample.References), golden.GetProperty("terNormalised"), sample);
        }

        plain.Corpus(OverlapGoldens.Cases.Select(item => item.Sample)).Score.ShouldBe(OverlapGoldens.Corpus.GetProperty("ter").GetDouble(), 1e-9);
        normalised.Name.ShouldBe("ter-norm-nopunct-asian-cased");
    }

    [Fact]
    public void Odd_texts_have_the_words_of_the_source()
    {
        var options = new TerOptions { Normalise = true, AsianSupport = true };
        foreach (var golden in OverlapGoldens.Tokens)
        {
            var scratch = new TerScratch();
            TerTokenization.Read(options, golden.GetProperty("text").GetString() ?? "", scratch, scratch.Candidate);
            scratch.Candidate.Span.ToArray().Select(word => scratch.Words.Text(word)).ShouldBe(OverlapGoldens.Strings(golden.GetProperty("ter")), golden.GetProperty("text").GetString());
        }
    }

    [Fact]
    public void Distances_of_shifted_sequences_are_those_computed_from_the_beginning()
    {
        var random = new Random(11);
        var (shared, whole) = (new BandedDistance(), new BandedDistance());
        for (var turn = 0; turn < 300; turn++)
        {
            int[] sequence = [.. Enumerable.Range(0, random.Next(1, 120)).Select(_ => random.Next(12))];
            int[] reference = [.. Enumerable.Range(0, random.Next(1, 120)).Select(i => i < sequence.Length && random.Next(4) > 0 ? sequence[i] : random.Next(12))];
            var other = (int[])sequence.Clone();
            var at = random.Next(sequence.Length);
            for (var i = at; i < Math.Min(sequence.Length, at + 5); i++)
            {
                other[i] = random.Next(12);
            }

            shared.Set(sequence, reference);
            shared.Of(other).ShouldBe(whole.Set(other, reference));
        }
    }

    [Fact]
    public void Long_texts_keep_to_the_limits()
    {
        var random = new Random(12);
        string Text(int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => random.Next(8)));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        new Ter().Sentence(Text(5_000), [Text(5_000)]).Score.ShouldBeGreaterThan(10);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        new Ter().TryMeasure(new TextSample(Text(20_001), "a"), new double[2], out var reason).ShouldBeFalse();
        reason!.Detail.ShouldContain("limit of 20000");
    }

    private static void ShouldBe(TerScore score, JsonElement golden, TextSample sample)
    {
        var text = $"{sample.Candidate} | {string.Join(" | ", sample.References)}";
        ((double)score.Edits).ShouldBe(golden[1].GetDouble(), text);
        score.ReferenceLength.ShouldBe(golden[2].GetDouble(), 1e-12, text);
        score.Score.ShouldBe(golden[0].GetDouble(), 1e-9, text);
    }
}
