using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Translation;

/// <summary>Lets a model in training translate, through the same executor that runs it later.</summary>
/// <param name="weights">The weights as they are at each call.</param>
/// <param name="configuration">The model's shape.</param>
/// <param name="tokenizers">One a language.</param>
/// <param name="maxTokens">The most tokens of a translation.</param>
/// <param name="team">Threads to compute with.</param>
internal sealed class LiveTranslator(
    IWeightSource weights, EncoderDecoderConfiguration configuration, PairTokenizers tokenizers, int maxTokens, ThreadTeam team)
{
    /// <summary>The likeliest tokens one by one; no text for a source without tokens or with too many.</summary>
    /// <remarks>Cost: packs a copy of the weights; meant for a few texts every some hundred steps.</remarks>
    public string Write(string text)
    {
        int[] source = [.. PairTokenizers.Encode(tokenizers.Source, text), PairTokenizers.EndId];
        if (source.Length > configuration.ContextLength)
        {
            return "";
        }

        using var model = EncoderDecoderLoader.Load(weights, configuration, new DecoderOptions { Team = team, Format = ElementFormat.F32 });
        using var read = model.Read([source])[0];
        using var session = model.CreateSession(read, maxTokens + 1);
        var written = new List<int>();
        var last = PairTokenizers.StartId;
        while (written.Count < maxTokens)
        {
            last = Likeliest(session.Forward([last]));
            if (last == PairTokenizers.EndId)
            {
                break;
            }

            written.Add(last);
        }

        return tokenizers.TextOf(written);
    }

    private static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }
}
