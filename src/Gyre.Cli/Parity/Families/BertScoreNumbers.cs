using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Metrics.Vectors;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;

namespace Gyre.Cli.Parity.Families;

/// <summary>BERTScore over the kit's encoder against a computation in numpy (goldens/bert_score.py).</summary>
internal sealed class BertScoreNumbers : IParityFamily
{
    private const double SinglePrecision = 2e-6;

    public string Name => "bertscore";

    public string Source => "Zhang et al. 2020; matching of bert_score 0.3.13 in numpy 1.24.2, float64";

    public string Compared => "precision, recall, F1 after each block of a small BERT, plain and with weights of tokens";

    public IReadOnlyList<string> Needs => ["models/kit/bert"];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var root = ParityInput.Shipped("bert-score.json");
        var (cls, sep) = (root.GetProperty("cls").GetInt32(), root.GetProperty("sep").GetInt32());
        var folder = ModelFolder.Open(input.At(Needs[0]));
        foreach (var layer in root.Items("cases").GroupBy(golden => golden.GetProperty("layer").GetInt32()))
        {
            using var encoder = TokenVectorEncoder.LoadBlocks(folder, new EncoderOptions { Team = input.Team }, layer.Key);
            var cases = layer.Select(golden => (Golden: golden, Candidate: Encode(golden.GetProperty("candidate")), References: (TokenVectors[])[.. golden.Items("references").Select(Encode)])).ToArray();
            foreach (var weighting in cases.GroupBy(item => item.Golden.Text("weights")))
            {
                var weights = weighting.Key == "idf" ? TokenWeights.Of(weighting.SelectMany(item => item.References)) : null;
                yield return ParityRow.Group($"after block {layer.Key}, weights: {weighting.Key}", weighting.SelectMany(item => Numbers(item.Golden, item.Candidate, item.References, weights)), SinglePrecision);
            }

            TokenVectors Encode(JsonElement ids)
            {
                int[] tokens = [cls, .. ids.Integers(), sep];
                var batch = new EncoderBatch();
                batch.AddAll(tokens);
                encoder.Run(batch, EncoderOutput.Hidden);
                return new TokenVectors(tokens, batch.Rows(0).ToArray(), tokens.Select((_, i) => i == 0 || i == tokens.Length - 1).ToArray());
            }
        }
    }

    private static IEnumerable<(double Expected, double Found)> Numbers(JsonElement golden, TokenVectors candidate, TokenVectors[] references, TokenWeights? weights)
    {
        var scores = references.Select(reference => BertScore.TryCompare(candidate, reference, weights, out var score, out _) ? score : new BertScore(double.NaN, double.NaN)).ToArray();
        yield return (golden.Number("precision"), scores.Max(score => score.Precision));
        yield return (golden.Number("recall"), scores.Max(score => score.Recall));
        yield return (golden.Number("f1"), scores.Max(score => score.F1.Number));
    }
}
