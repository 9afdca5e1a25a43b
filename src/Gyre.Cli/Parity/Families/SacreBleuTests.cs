using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;

namespace Gyre.Cli.Parity.Families;

/// <summary>Every value of sacreBLEU's own tests.</summary>
internal sealed class SacreBleuTests : IParityFamily
{
    public string Name => "sacrebleu";

    public string Source => "sacreBLEU f615c728, its own tests";

    public string Compared => "BLEU of corpora and sentences, chrF, chrF++, TER";

    public IReadOnlyList<string> Needs => ["data/metric-goldens/sacrebleu-goldens.json"];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var root = input.Json(Needs[0]);
        yield return ParityRow.Group("BLEU of corpora", root.Items("corpus_bleu").Select(entry => (entry.Number("expected"), Corpus(entry))), 5e-7);
        var raw = new Bleu(new BleuOptions { Tokenizer = BleuTokenizer.None, Smoothing = BleuSmoothing.Floor(0.01), EffectiveOrder = true });
        yield return ParityRow.Group("BLEU of tokenised corpora, floor 0.01", root.Items("raw_corpus_bleu").Select(entry => (entry.Number("expected"), raw.Corpus(Samples(entry)).Score / 100)), 1e-7);
        yield return ParityRow.Group(
            "BLEU by longest n-gram", root.Items("bleu_max_ngram_order").Select(entry => (double.Parse(entry.Text("expected_2dp"), System.Globalization.CultureInfo.InvariantCulture), new Bleu(new BleuOptions { MaxOrder = entry.GetProperty("order").GetInt32() }).Corpus(Samples(entry)).Score)), 0.005);
        foreach (var group in root.Items("sentence_bleu").GroupBy(entry => entry.Number("tolerance")))
        {
            yield return ParityRow.Group($"BLEU of sentences, given to {group.Key}", group.Select(entry => (entry.Number("expected"), Sentence(entry))), group.Key);
        }

        yield return ParityRow.Group("chrF of sentences", root.Items("chrf_sentence").Select(entry => (entry.Number("expected"), ChrFOf(entry).Sentence(entry.Text("hyp"), entry.GetProperty("refs").Texts()))), 5e-9);
        foreach (var part in new[] { "chrf_corpus", "chrf_effective_order", "chrf_keep_whitespace" })
        {
            yield return ParityRow.Group(part.Replace('_', ' '), root.Items(part).Select(entry => (entry.Number("expected"), ChrFOf(entry).Corpus(Samples(entry)))), 5e-5);
        }

        yield return ParityRow.Group("TER of corpora", root.Items("ter").Select(entry => (entry.Number("expected_fraction"), new Ter().Corpus(Samples(entry)).Score / 100)), 1e-8);
    }

    /// <summary>The tokenizer that sacreBLEU calls so.</summary>
    public static BleuTokenizer TokenizerOf(string name) => name switch
    {
        "13a" => BleuTokenizer.Mteval13a,
        "intl" => BleuTokenizer.International,
        "char" => BleuTokenizer.Character,
        "zh" => BleuTokenizer.Chinese,
        "none" => BleuTokenizer.None,
        _ => throw new InvalidOperationException($"Read goldens: found the tokenizer '{name}'; expected 13a, intl, char, zh or none."),
    };

    /// <summary>The smoothing that sacreBLEU calls so.</summary>
    public static BleuSmoothing SmoothingOf(string name, double? value) => name switch
    {
        "exp" => BleuSmoothing.Exponential,
        "floor" => BleuSmoothing.Floor(value ?? 0.1),
        "add-k" => BleuSmoothing.AddK(value ?? 1),
        "none" => BleuSmoothing.None,
        _ => throw new InvalidOperationException($"Read goldens: found the smoothing '{name}'; expected exp, floor, add-k or none."),
    };

    private static double Corpus(JsonElement entry)
    {
        var options = entry.GetProperty("options");
        return new Bleu(new BleuOptions
        {
            Tokenizer = options.TryGetProperty("tokenize", out var tokenizer) ? TokenizerOf(tokenizer.GetString() ?? "") : BleuTokenizer.Mteval13a,
            Smoothing = options.TryGetProperty("smooth_method", out var smoothing) ? SmoothingOf(smoothing.GetString() ?? "", null) : BleuSmoothing.Exponential,
        }).Corpus(Samples(entry)).Score;
    }

    private static double Sentence(JsonElement entry)
    {
        var value = entry.GetProperty("smooth_value");
        return new Bleu(new BleuOptions
        {
            Tokenizer = TokenizerOf(entry.Text("tokenize")),
            Smoothing = SmoothingOf(entry.Text("smooth_method"), value.ValueKind == JsonValueKind.Null ? null : value.GetDouble()),
            Lowercase = entry.GetProperty("lowercase").GetBoolean(),
            EffectiveOrder = entry.GetProperty("effective_order").GetBoolean(),
        }).Sentence(entry.Text("hyp"), [entry.Text("ref")]).Score;
    }

    private static ChrF ChrFOf(JsonElement entry) => new(new ChrFOptions
    {
        CharacterOrder = entry.GetProperty("char_order").GetInt32(),
        WordOrder = entry.GetProperty("word_order").GetInt32(),
        Beta = entry.GetProperty("beta").GetInt32(),
        EpsilonSmoothing = entry.TryGetProperty("eps_smoothing", out var smoothing) && smoothing.GetBoolean(),
        KeepWhitespace = entry.TryGetProperty("remove_whitespace", out var remove) && !remove.GetBoolean(),
    });

    /// <summary>Candidates with their references, of which a stream may be shorter.</summary>
    private static TextSample[] Samples(JsonElement entry)
    {
        var streams = entry.Items("refs").Select(GoldenJson.Texts).ToArray();
        return [.. entry.GetProperty("hyps").Texts().Select((candidate, i) => new TextSample(candidate, [.. streams.Where(stream => i < stream.Length).Select(stream => stream[i])]))];
    }
}
