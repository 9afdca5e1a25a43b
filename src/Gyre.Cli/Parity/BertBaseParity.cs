using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Tensors.Threading;

namespace Gyre.Cli.Parity;

/// <summary>Some last hidden states of bert-base-uncased.</summary>
/// <remarks>
/// The reference hides the first of its tokens from all others, which keep their positions: the same as the others
/// alone, from position 1 on.
/// <para>Source: the integration test of BERT in Hugging Face transformers, to its tolerance.</para>
/// </remarks>
internal static class BertBaseParity
{
    private const double Tolerance = 1e-4;
    private static readonly int[] Visible = [345, 232, 328, 740, 140, 1695, 69, 6078, 1588, 2];
    private static readonly double[,] Expected = { { 0.4249, 0.1008, 0.7531 }, { 0.3771, 0.1188, 0.7467 }, { 0.4152, 0.1098, 0.7108 } };

    public static IReadOnlyList<ParityRow> Compute(ModelFolder folder, ThreadTeam team)
    {
        using var weights = folder.OpenWeights();
        var path = folder.ConfigPath!; // ModelFolder.Open: a safetensors model has config.json.
        var configuration = EncoderConfiguration.FromHuggingFace(File.ReadAllText(path), path) with { FirstPosition = 1, Head = EncoderHead.None };
        using var encoder = EncoderLoader.Load(weights, configuration, new EncoderOptions { Team = team });
        var batch = new EncoderBatch();
        batch.AddAll(Visible);
        encoder.Run(batch, EncoderOutput.Hidden);
        var rows = new List<ParityRow>();
        for (var token = 0; token < Expected.GetLength(0); token++)
        {
            for (var i = 0; i < Expected.GetLength(1); i++)
            {
                rows.Add(new ParityRow($"last hidden state, token {token + 1}, number {i + 1}", Expected[token, i], batch.Row(0, token)[i + 1], Tolerance));
            }
        }

        return rows;
    }
}
