using Gyre.Models.Adapters;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>What a soft prompt puts before the tokens of a base, laid out for its embedding or its pages.</summary>
internal static unsafe class SoftPrompt
{
    /// <summary>Refuses one that a base does not take.</summary>
    /// <param name="adapter">A soft prompt.</param>
    /// <param name="configuration">The base.</param>
    /// <param name="room">Places that it and what follows have together.</param>
    /// <param name="isOfSources">Its tokens come before a source, not before the answer's.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0421</c> a kind that is not computed over this base, <c>RUN0422</c> more virtual tokens than there is room for.</remarks>
    public static void Require(PeftAdapter adapter, DecoderConfiguration configuration, int room, bool isOfSources)
    {
        var (kind, tokens) = (adapter.Configuration.Kind, adapter.Configuration.VirtualTokens);
        if (kind == AdapterKind.Prefix && isOfSources)
        {
            throw AdapterErrors.Unsupported(["prefix tuning of a model that reads sources;"], adapter.Place);
        }

        if (kind == AdapterKind.VirtualTokens && configuration.Rotary.Scaling is RotaryScaling.Dynamic or RotaryScaling.LongRope)
        {
            throw AdapterErrors.Unsupported(["virtual tokens over a base whose rotary positions depend on a sequence's length;"], adapter.Place);
        }

        if (tokens >= room)
        {
            throw AdapterErrors.Unfitting([$"its {tokens} virtual tokens leave nothing of the {room} places that the base has;"], adapter.Place, adapter.Configuration.MadeFor);
        }
    }

    /// <summary>Numbers of one virtual token.</summary>
    public static int WidthOf(PeftAdapter adapter, DecoderConfiguration configuration) => adapter.Configuration.Kind == AdapterKind.Prefix
        ? 2 * configuration.Layers * configuration.KeyValueHeads * configuration.HeadWidth
        : configuration.HiddenSize;

    /// <summary>Makes embeddings the rows of the tokens −1, −2 and so on.</summary>
    public static void SetEmbeddings(EngineAdapter loaded, float[] rows, IArchitecture architecture, int width)
    {
        var place = loaded.Allocate(rows.Length);
        rows.CopyTo(new Span<float>(place, rows.Length));
        foreach (var embedding in architecture.Weights.Where(weight => weight.Role == WeightRole.Embedding && weight.Columns == width))
        {
            loaded.Embedding(embedding)->Virtual = place;
        }
    }

    /// <summary>The virtual tokens as ids.</summary>
    public static int[] Ids(int tokens) => [.. Enumerable.Range(1, tokens).Select(number => -number)];

    /// <summary>Stores keys and values, [token][layer][key, value][head][width], in pages.</summary>
    /// <remarks>They are stored as they are: no positions are turned into them.</remarks>
    public static void Store(float[] rows, IReadOnlyList<KeyValuePage> pages, DecoderConfiguration configuration, KeyValueBlock layout, int tokens)
    {
        var (heads, width) = (configuration.KeyValueHeads, configuration.HeadWidth);
        fixed (float* numbers = rows)
        {
            for (var token = 0; token < tokens; token++)
            {
                var (page, place) = Math.DivRem(token, KeyValueBlock.Tokens);
                for (var block = 0; block < configuration.Layers * heads; block++)
                {
                    var (layer, head) = Math.DivRem(block, heads);
                    var key = numbers + (((((long)token * configuration.Layers) + layer) * 2 * heads) + head) * width;
                    layout.Store((byte*)pages[page].Address + (block * layout.LengthBytes), place, key, key + ((long)heads * width));
                }
            }
        }
    }
}
