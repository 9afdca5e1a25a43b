using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;

namespace Gyre.Cli.Parity.Families;

/// <summary>What the reference programs give for 120 seeded rows of odd texts (goldens/overlap.py).</summary>
internal sealed class OverlapReferences : IParityFamily
{
    private const double Exact = 1e-9;

    public string Name => "overlap";

    public string Source => "NLTK 3.8 and 3.6.2, sacreBLEU f615c728, on 120 seeded rows of odd texts";

    public string Compared => "BLEU in six variants, NLTK's BLEU methods 0 to 7, METEOR by words and stems, chrF, chrF++, TER";

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var root = ParityInput.Shipped("overlap.json");
        (TextSample Sample, JsonElement Golden)[] cases = [.. root.Items("cases").Select(golden => (new TextSample(golden.Text("candidate"), golden.GetProperty("references").Texts()), golden))];
        foreach (var variant in cases[0].Golden.GetProperty("bleu").EnumerateObject().Select(entry => entry.Name))
        {
            var parts = variant.Split('-', 2);
            var isAdded = parts[1] == "add-k"; // The source was asked for effective orders and lower case there.
            var bleu = new Bleu(new BleuOptions
            {
                Tokenizer = SacreBleuTests.TokenizerOf(parts[0]), Smoothing = SacreBleuTests.SmoothingOf(parts[1], null), EffectiveOrder = isAdded, Lowercase = isAdded,
            });
            yield return Group($"BLEU {variant}", golden => golden.GetProperty("bleu").GetProperty(variant), sample => bleu.Sentence(sample.Candidate, sample.References).Score);
        }

        foreach (var method in Enum.GetValues<NltkSmoothing>())
        {
            var metric = new NltkBleu(new NltkBleuOptions { Smoothing = method });
            yield return Group(
                $"NLTK's BLEU, method {(int)method}",
                golden => golden.GetProperty("nltk")[(int)method],
                sample => metric.Sentence(sample.Candidate, sample.References) is { IsDefined: true } value ? value.Number : double.NaN);
        }

        var (exact, stem) = (new Meteor(new MeteorOptions { Stems = false }), new Meteor());
        yield return Group("METEOR by words", golden => golden.GetProperty("meteorExact"), sample => exact.Sentence(sample.Candidate, sample.References));
        yield return Group("METEOR by words and stems", golden => golden.GetProperty("meteorStem"), sample => stem.Sentence(sample.Candidate, sample.References));
        var (chrf, plus, ter) = (new ChrF(), new ChrF(new ChrFOptions { WordOrder = 2 }), new Ter());
        yield return Group("chrF", golden => golden.GetProperty("chrf"), sample => chrf.Sentence(sample.Candidate, sample.References));
        yield return Group("chrF++", golden => golden.GetProperty("chrf++"), sample => plus.Sentence(sample.Candidate, sample.References));
        yield return Group("TER", golden => golden.GetProperty("ter")[0], sample => ter.Sentence(sample.Candidate, sample.References).Score);
        var corpus = root.GetProperty("corpus");
        TextSample[] samples = [.. cases.Select(item => item.Sample)];
        yield return ParityRow.Group(
            "all rows together: BLEU, chrF, chrF++, TER",
            [(corpus.Number("bleu"), new Bleu().Corpus(samples).Score), (corpus.Number("chrf"), chrf.Corpus(samples)), (corpus.Number("chrf++"), plus.Corpus(samples)), (corpus.Number("ter"), ter.Corpus(samples).Score)],
            Exact);

        // Where the source gives no number (null, or beyond what a number holds), there must be none here.
        ParityRow Group(string quantity, Func<JsonElement, JsonElement> expected, Func<TextSample, double> found) => ParityRow.Group(quantity, cases.Select(item =>
        {
            var (golden, value) = (expected(item.Golden), found(item.Sample));
            return golden.ValueKind == JsonValueKind.Number ? (golden.GetDouble(), value) : (0, double.IsFinite(value) ? double.NaN : 0);
        }), Exact);
    }
}
