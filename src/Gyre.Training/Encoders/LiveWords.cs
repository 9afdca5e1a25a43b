using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Encoders;

/// <summary>Lets an encoder in training fill masked words, through the same executor that runs it later.</summary>
/// <param name="weights">The weights as they are at each call.</param>
/// <param name="configuration">The model's shape.</param>
/// <param name="tokenizer">The vocabulary.</param>
/// <param name="team">Threads to compute with.</param>
internal sealed class LiveWords(IWeightSource weights, EncoderConfiguration configuration, ITokenizer tokenizer, ThreadTeam team)
{
    private const int Shown = 3;

    /// <summary>The likeliest words at each [MASK] of a text; nothing for a model with another head or a text without one.</summary>
    /// <remarks>Cost: packs a copy of the weights.</remarks>
    public string Fill(string text)
    {
        var special = EncoderTokens.Of(tokenizer);
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: true, ids);
        int[] places = [.. Enumerable.Range(0, ids.Count).Where(i => ids[i] == special.Mask)];
        if (configuration.Head != EncoderHead.MaskedWords || places.Length == 0 || ids.Count > configuration.ContextLength)
        {
            return "";
        }

        using var encoder = EncoderLoader.Load(weights, configuration, new EncoderOptions { Team = team });
        var batch = new EncoderBatch();
        batch.Add([.. ids], [], places);
        encoder.Run(batch, EncoderOutput.Head);
        return string.Join("; ", places.Select((_, i) => Likeliest(batch.Row(0, i).ToArray())));
    }

    private string Likeliest(float[] logits) =>
        string.Join(", ", Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id).Take(Shown).Select(tokenizer.GetToken));
}
