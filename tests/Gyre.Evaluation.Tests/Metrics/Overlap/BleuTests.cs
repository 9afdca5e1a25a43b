using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Overlap;

public sealed class BleuTests
{
    private static readonly TextSample[] Readme =
    [
        new("The dog bit the man.", ["The dog bit the man.", "The dog had bit the man."]),
        new("It wasn't surprising.", ["It was not unexpected.", "No one was surprised."]),
        new("The man had just bitten him.", ["The man bit him first.", "The man had bitten the dog."]),
    ];

    [Fact]
    public void The_example_of_sacreBLEU_has_its_score_and_its_parts()
    {
        var score = new Bleu().Corpus(Readme);
        score.Score.ShouldBe(48.530827, 5e-7);
        score.Matches.ShouldBe([14L, 7L, 5L, 3L]);
        score.Totals.ShouldBe([17L, 14L, 11L, 8L]);
        (score.CandidateLength, score.ReferenceLength).ShouldBe((17, 18));
        score.BrevityPenalty.ShouldBe(Math.Exp(1 - (18.0 / 17)), 1e-12);
        score.Precisions[0].ShouldBe(100.0 * 14 / 17, 1e-12);
    }

    [Fact]
    public void Corpora_of_sacreBLEU_have_their_scores()
    {
        var entries = OverlapGoldens.SacreBleu("corpus_bleu").EnumerateArray().ToArray();
        foreach (var entry in entries)
        {
            var options = entry.GetProperty("options");
            new Bleu(new BleuOptions
            {
                Tokenizer = options.TryGetProperty("tokenize", out var tokenizer) ? Tokenizer(tokenizer.GetString()) : BleuTokenizer.Mteval13a,
                Smoothing = options.TryGetProperty("smooth_method", out var smoothing) ? Smoothing(smoothing.GetString(), null) : BleuSmoothing.Exponential,
            }).Corpus(OverlapGoldens.Samples(entry)).Score.ShouldBe(entry.GetProperty("expected").GetDouble(), 5e-7, entry.ToString());
        }

        entries.Length.ShouldBe(6);
    }

    [Fact]
    public void Raw_corpora_of_sacreBLEU_have_their_scores()
    {
        var metric = new Bleu(new BleuOptions { Tokenizer = BleuTokenizer.None, Smoothing = BleuSmoothing.Floor(0.01), EffectiveOrder = true });
        foreach (var entry in OverlapGoldens.SacreBleu("raw_corpus_bleu").EnumerateArray())
        {
            var samples = OverlapGoldens.Samples(entry);
            (metric.Corpus(samples).Score / 100).ShouldBe(entry.GetProperty("expected").GetDouble(), 1e-7, entry.ToString());
        }
    }

    [Fact]
    public void Longest_orders_of_sacreBLEU_have_their_scores()
    {
        foreach (var entry in OverlapGoldens.SacreBleu("bleu_max_ngram_order").EnumerateArray())
        {
            new Bleu(new BleuOptions { MaxOrder = entry.GetProperty("order").GetInt32() }).Corpus(OverlapGoldens.Samples(entry)).Score
                .ToString("F2").ShouldBe(entry.GetProperty("expected_2dp").GetString());
        }
    }

    [Fact]
    public void Sentences_of_sacreBLEU_have_their_scores()
    {
        var entries = OverlapGoldens.SacreBleu("sentence_bleu").EnumerateArray().ToArray();
        foreach (var entry in entries)
        {
            var value = entry.GetProperty("smooth_value");
            new Bleu(new BleuOptions
            {
                Tokenizer = Tokenizer(entry.GetProperty("tokenize").GetString()),
                Smoothing = Smoothing(entry.GetProperty("smooth_method").GetString(), value.ValueKind == System.Text.Json.JsonValueKind.Null ? null : value.GetDouble()),
                Lowercase = entry.GetProperty("lowercase").GetBoolean(),
                EffectiveOrder = entry.GetProperty("effective_order").GetBoolean(),
            }).Sentence(entry.GetProperty("hyp").GetString() ?? "", [entry.GetProperty("ref").GetString() ?? ""]).Score
                .ShouldBe(entry.GetProperty("expected").GetDouble(), entry.GetProperty("tolerance").GetDouble(), entry.ToString());
        }

        entries.Length.ShouldBe(18);
    }

    [Theory]
    [InlineData("13a-exp")]
    [InlineData("intl-exp")]
    [InlineData("char-exp")]
    [InlineData("zh-exp")]
    [InlineData("none-floor")]
    [InlineData("13a-add-k")]
    public void Odd_sentences_have_the_scores_of_the_source(string variant)
    {
        var (tokenizer, smoothing) = (variant.Split('-', 2)[0], variant.Split('-', 2)[1]);
        var metric = new Bleu(new BleuOptions { Tokenizer = Tokenizer(tokenizer), Smoothing = Smoothing(smoothing, null), EffectiveOrder = smoothing == "add-k", Lowercase = smoothing == "add-k" });
        foreach (var (sample, golden) in OverlapGoldens.Cases)
        {
            metric.Sentence(sample.Candidate, sample.References).Score.ShouldBe(golden.GetProperty("bleu").GetProperty(variant).GetDouble(), 1e-9, $"{sample.Candidate} | {string.Join(" | ", sample.References)}");
        }
    }

    [Fact]
    public void Odd_sentences_together_have_the_score_of_the_source() =>
        new Bleu().Corpus(OverlapGoldens.Cases.Select(item => item.Sample)).Score.ShouldBe(OverlapGoldens.Corpus.GetProperty("bleu").GetDouble(), 1e-9);

    [Theory]
    [InlineData("13a")]
    [InlineData("intl")]
    [InlineData("zh")]
    public void Odd_texts_have_the_words_of_the_source(string tokenizer)
    {
        var options = new BleuOptions { Tokenizer = Tokenizer(tokenizer) };
        foreach (var golden in OverlapGoldens.Tokens)
        {
            var scratch = new OverlapScratch();
            BleuTokenization.Read(options, golden.GetProperty("text").GetString() ?? "", scratch, scratch.Candidate);
            scratch.Candidate.Span.ToArray().Select(word => scratch.Words.Text(word)).ShouldBe(OverlapGoldens.Strings(golden.GetProperty(tokenizer)), golden.GetProperty("text").GetString());
        }
    }

    [Fact]
    public void A_name_says_every_option_that_is_not_the_usual_one()
    {
        new Bleu().Name.ShouldBe("bleu-13a-exp");
        new Bleu(new BleuOptions { Tokenizer = BleuTokenizer.International, Smoothing = BleuSmoothing.Floor(0.5), Lowercase = true, EffectiveOrder = true, MaxOrder = 2 }).Name
            .ShouldBe("bleu-intl-floor0.5-lc-effective-order2");
    }

    [Fact]
    public void A_metric_is_undefined_without_a_reference_and_without_a_word_in_one()
    {
        var statistics = new double[new Bleu().Width];
        new Bleu().TryMeasure(new TextSample("a", []), statistics, out var reason).ShouldBeFalse();
        reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        new Bleu().TryMeasure(new TextSample("a", ["", " \n"]), statistics, out reason).ShouldBeFalse();
        reason!.Cause.ShouldBe(UndefinedCause.EmptyReference);
        new Bleu().TryMeasure(new TextSample("", ["a", ""]), statistics, out _).ShouldBeTrue();
        new Bleu().Combine(statistics, 1).ShouldBe(MetricValue.Of(0));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Should.Throw<ArgumentException>(() => new Bleu(new BleuOptions { MaxOrder = 0 })).Message.ShouldContain("expected 1 to 16");
        Should.Throw<ArgumentException>(() => new Bleu(new BleuOptions { Tokenizer = (BleuTokenizer)9 }));
        Should.Throw<ArgumentOutOfRangeException>(() => BleuSmoothing.AddK(double.NaN));
        Should.Throw<ArgumentException>(() => new Bleu().Sentence("a", [])).Message.ShouldContain("row 0");
    }

    private static BleuTokenizer Tokenizer(string? name) => name switch
    {
        "13a" => BleuTokenizer.Mteval13a,
        "intl" => BleuTokenizer.International,
        "char" => BleuTokenizer.Character,
        "zh" => BleuTokenizer.Chinese,
        "none" => BleuTokenizer.None,
        _ => throw new InvalidOperationException($"A golden names the tokenizer '{name}'."),
    };

    private static BleuSmoothing Smoothing(string? name, double? value) => name switch
    {
        "exp" => BleuSmoothing.Exponential,
        "floor" => BleuSmoothing.Floor(value ?? 0.1),
        "add-k" => BleuSmoothing.AddK(value ?? 1),
        "none" => BleuSmoothing.None,
        _ => throw new InvalidOperationException($"A golden names the smoothing '{name}'."),
    };
}
