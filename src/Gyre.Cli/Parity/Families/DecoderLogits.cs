using Gyre.Models.Architectures;
using Gyre.Models.Catalog;

namespace Gyre.Cli.Parity.Families;

/// <summary>Logits and greedy continuations of small decoders.</summary>
internal sealed class DecoderLogits : IParityFamily
{
    private static readonly string[] Folders =
    [
        "llama", "llama-q", "llama-rope-linear", "llama-rope-dynamic", "llama-rope-llama3", "llama-rope-yarn", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3",
        "phi", "phi3", "gpt2", "gpt_neo", "gpt_neox", "gpt_neox-sequential", "bloom", "falcon", "opt",
    ];

    public string Name => "decoders";

    public string Source => "transformers 4.46 (f0e640ad), float64, on the conformance kit's weights";

    public string Compared => "all logits, and greedy continuations token by token";

    public IReadOnlyList<string> Needs => [.. Folders.Select(name => "models/kit/" + name)];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        foreach (var name in Folders)
        {
            var kit = KitFolder.Open(input, name);
            using var decoder = Load(kit, input);
            var expected = kit.Numbers("logits");
            yield return ParityRow.Group($"{name}, logits", expected.Zip(kit.Ids("input_ids").SelectMany(ids => LogitsOf(decoder, ids)), (one, other) => (one, (double)other)), kit.Tolerance);
            var greedy = kit.Json.GetProperty("greedy");
            yield return ParityRow.Same($"{name}, greedy continuations", greedy.Items("prompt_ids").Zip(greedy.Items("new_ids"), (prompt, wanted) => IsGreedy(decoder, prompt.Integers(), wanted.Integers())));
        }
    }

    public static IDecoder Load(KitFolder kit, ParityInput input) => ModelLoader.LoadDecoder(ModelFolder.Open(kit.Path), new DecoderOptions { Team = input.Team });

    public static float[] LogitsOf(IDecoder decoder, int[] ids, string? adapter = null)
    {
        using var session = decoder.CreateSession(ids.Length, adapter);
        var logits = new float[ids.Length * decoder.VocabularySize];
        session.ForwardAll(ids, logits);
        return logits;
    }

    /// <summary>True when the wanted tokens are the first choices one after another.</summary>
    public static bool IsGreedy(IDecoder decoder, int[] prompt, int[] wanted)
    {
        using var session = decoder.CreateSession(Math.Min(prompt.Length + wanted.Length, decoder.ContextLength));
        var logits = session.Forward(prompt);
        for (var i = 0; i < wanted.Length; i++)
        {
            if (IndexOfMax(logits) != wanted[i])
            {
                return false;
            }

            if (i < wanted.Length - 1)
            {
                logits = session.Forward(wanted.AsSpan(i, 1));
            }
        }

        return true;
    }

    /// <summary>The first of the greatest.</summary>
    private static int IndexOfMax(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }
}
