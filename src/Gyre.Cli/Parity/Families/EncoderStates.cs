using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;

namespace Gyre.Cli.Parity.Families;

/// <summary>Last hidden states and results of heads of small encoders.</summary>
internal sealed class EncoderStates : IParityFamily
{
    private static readonly (string Folder, EncoderOutput Output, string Array, bool IsOfTokens)[] Cases =
    [
        ("bert", EncoderOutput.Hidden, "last_hidden_state", true),
        ("bert", EncoderOutput.Pooled, "pooler_output", false),
        ("bert-mlm", EncoderOutput.Head, "logits", true),
        ("bert-tokcls", EncoderOutput.Head, "logits", true),
        ("bert-seqcls", EncoderOutput.Head, "logits", false),
        ("distilbert", EncoderOutput.Head, "logits", true),
        ("distilbert-seqcls", EncoderOutput.Head, "logits", false),
        ("roberta", EncoderOutput.Head, "logits", true),
        ("roberta-seqcls", EncoderOutput.Head, "logits", false),
    ];

    public string Name => "encoders";

    public string Source => "transformers 4.46 (f0e640ad), float64, on the conformance kit's weights";

    public string Compared => "last hidden states, pooled states, logits of heads";

    public IReadOnlyList<string> Needs => [.. Cases.Select(item => "models/kit/" + item.Folder).Distinct()];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        foreach (var (folder, output, array, isOfTokens) in Cases)
        {
            var kit = KitFolder.Open(input, folder);
            using var model = EncoderModel.Load(ModelFolder.Open(kit.Path), folder, new EncoderOptions { Team = input.Team });
            yield return ParityRow.Group($"{folder}, {array}", Pairs(kit, model.Encoder, output, array, isOfTokens), kit.Tolerance);
        }
    }

    private static IEnumerable<(double Expected, double Found)> Pairs(KitFolder kit, IEncoder encoder, EncoderOutput output, string array, bool isOfTokens)
    {
        var (rows, expected) = (kit.Real(), kit.Numbers(array));
        var types = kit.Has("token_type_ids") ? kit.Ids("token_type_ids") : null;
        for (var row = 0; row < rows.Length; row++)
        {
            var batch = new EncoderBatch();
            var own = types is null ? [] : types[row][..rows[row].Length];
            if (isOfTokens)
            {
                batch.AddAll(rows[row], own);
            }
            else
            {
                batch.Add(rows[row], own, 0);
            }

            encoder.Run(batch, output);
            var found = batch.Rows(0).ToArray();
            var first = row * (expected.Length / rows.Length);
            for (var i = 0; i < found.Length; i++)
            {
                yield return (expected[first + i], found[i]);
            }
        }
    }
}
