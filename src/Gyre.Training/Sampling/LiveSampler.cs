using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Training.Recipes;
using Gyre.Training.Sources;

namespace Gyre.Training.Sampling;

/// <summary>Lets a model in training write a text, through the same decoder that serves it later.</summary>
/// <param name="load">Loads the model as it is at the call; the sampler disposes it.</param>
/// <param name="configuration">The model's shape.</param>
/// <param name="tokenizer">The vocabulary.</param>
/// <param name="source">Knows what the model sees before it answers.</param>
/// <param name="options">Length and temperature.</param>
/// <param name="adapter">The adapter that <paramref name="load"/> has loaded beside it, which texts run through; null for none.</param>
internal sealed class LiveSampler(
    Func<IDecoder> load,
    DecoderConfiguration configuration,
    ITokenizer tokenizer,
    IDocumentSource source,
    SampleRecipe options,
    string? adapter = null)
{
    /// <summary>Continues or answers a prompt until an end token, the length of the recipe or the end of the context.</summary>
    /// <remarks>Cost: packs a copy of the weights; meant for a few texts every some hundred steps.</remarks>
    public string Write(string prompt, ulong seed)
    {
        var ids = new List<int>();
        source.EncodePrompt(prompt, tokenizer, ids);
        var room = Math.Min(options.MaxTokens, configuration.ContextLength - ids.Count);
        if (ids.Count == 0 || room < 1)
        {
            return "";
        }

        using var decoder = load();
        using var session = decoder.CreateSession(ids.Count + room, adapter);
        var random = new SeededRandom(seed);
        var written = new List<int>(room);
        var step = ids.ToArray();
        while (written.Count < room)
        {
            var next = Choose(session.Forward(step), random);
            if (configuration.EndTokenIds.Contains(next))
            {
                break;
            }

            written.Add(next);
            step = [next];
        }

        return tokenizer.Decode(written.ToArray());
    }

    private int Choose(ReadOnlySpan<float> logits, SeededRandom random)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        if (options.Temperature == 0)
        {
            return best;
        }

        var shares = new double[logits.Length];
        var total = 0.0;
        for (var i = 0; i < shares.Length; i++)
        {
            total += shares[i] = Math.Exp((logits[i] - logits[best]) / options.Temperature);
        }

        var point = random.NextDouble() * total;
        for (var i = 0; i < shares.Length; i++)
        {
            point -= shares[i];
            if (point < 0)
            {
                return i;
            }
        }

        return best;
    }
}
