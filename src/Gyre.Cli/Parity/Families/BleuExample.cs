using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;

namespace Gyre.Cli.Parity.Families;

/// <summary>The example of sacreBLEU's README.</summary>
internal sealed class BleuExample : IParityFamily
{
    public string Name => "bleu-example";

    public string Source => "Papineni et al. 2002; sacreBLEU f615c728, README and tests";

    public string Compared => "corpus BLEU of three sentences with two references: score, matches, lengths, tokenizers, smoothing";

    public bool IsListed => true;

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var golden = ParityInput.Shipped("published.json").GetProperty("bleu");
        TextSample[] samples = [.. golden.GetProperty("candidates").Texts().Zip(golden.Items("references"), (candidate, references) => new TextSample(candidate, references.Texts()))];
        var score = new Bleu().Corpus(samples);
        yield return ParityRow.Digits("13a, smoothing exp", golden.Text("exp"), score.Score);
        yield return ParityRow.Digits("13a, no smoothing", golden.Text("withoutSmoothing"), new Bleu(new BleuOptions { Smoothing = BleuSmoothing.None }).Corpus(samples).Score);
        yield return ParityRow.Digits("no tokenizer, smoothing exp", golden.Text("withoutTokens"), new Bleu(new BleuOptions { Tokenizer = BleuTokenizer.None }).Corpus(samples).Score);
        yield return ParityRow.Digits("intl, smoothing exp", golden.Text("intl"), new Bleu(new BleuOptions { Tokenizer = BleuTokenizer.International }).Corpus(samples).Score);
        var (matches, totals, lengths) = (golden.GetProperty("matches").Integers(), golden.GetProperty("totals").Integers(), golden.GetProperty("lengths").Integers());
        for (var n = 0; n < matches.Length; n++)
        {
            yield return Whole($"shared {n + 1}-grams", matches[n], score.Matches[n]);
            yield return Whole($"{n + 1}-grams", totals[n], score.Totals[n]);
        }

        yield return Whole("words of the candidates", lengths[0], score.CandidateLength);
        yield return Whole("words of the closest references", lengths[1], score.ReferenceLength);
    }

    private static ParityRow Whole(string quantity, int expected, long found) => ParityRow.Digits(quantity, expected.ToString(CultureInfo.InvariantCulture), found) with { Tolerance = 0 };
}
