using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.SequenceToSequence;
using Gyre.Tensors.Threading;

namespace Gyre.Cli.Parity;

/// <summary>The log-probability that t5-small gives one short text as the answer to another.</summary>
/// <remarks>Source: the small integration test of T5 in Hugging Face transformers, to its tolerance.</remarks>
internal static class T5SmallParity
{
    private const string Source = "Hello there";
    private const string Answer = "Hi I am";
    private const double Expected = -19.0845;
    private const double Tolerance = 1e-4;

    public static IReadOnlyList<ParityRow> Compute(ModelFolder folder, ThreadTeam team)
    {
        using var model = SequenceToSequenceModel.Load(folder.Path, new DecoderOptions { Team = team });
        var found = model.LogProbability(model.TokenizeSource(Source), model.TokenizeSource(Answer));
        return [new ParityRow($"log-probability of '{Answer}' as the answer to '{Source}'", Expected, found, Tolerance)];
    }
}
