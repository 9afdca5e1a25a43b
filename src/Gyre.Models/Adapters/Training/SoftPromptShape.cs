using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters.Training;

/// <summary>The sizes of what is trained of virtual tokens.</summary>
/// <param name="Tokens">Virtual tokens.</param>
/// <param name="Width">Numbers that the base gets for one.</param>
/// <param name="EmbeddingWidth">Numbers of one's own embedding.</param>
/// <param name="Inner">Width of the encoder's inner layers; 0 without an encoder.</param>
/// <param name="Layers">Recurrent layers; 0 for none.</param>
internal sealed record SoftPromptShape(int Tokens, int Width, int EmbeddingWidth, int Inner, int Layers)
{
    /// <summary>Numbers that are trained.</summary>
    public long Parameters => ((long)Tokens * EmbeddingWidth) + EncoderParameters;

    private long EncoderParameters
    {
        get
        {
            if (Inner == 0)
            {
                return 0;
            }

            if (Width != EmbeddingWidth)
            {
                return Linear(EmbeddingWidth, Inner) + Linear(Inner, Width);
            }

            var recurrent = 0L;
            for (var layer = 0; layer < Layers; layer++)
            {
                var inputs = layer == 0 ? EmbeddingWidth : 2L * Inner;
                recurrent += 2 * 4 * Inner * (inputs + Inner + 2);
            }

            return Layers > 0
                ? recurrent + Linear(2 * Inner, 2 * Inner) + Linear(2 * Inner, Width)
                : Linear(EmbeddingWidth, Inner) + Linear(Inner, Inner) + Linear(Inner, Width);
        }
    }

    /// <summary>The shape that a configuration means for a base.</summary>
    public static SoftPromptShape Of(AdapterConfiguration configuration, AdapterSettings settings, AdaptedBase model)
    {
        var decoder = model.Decoder ?? throw AdapterErrors.Unusable(["virtual tokens before a model that is no decoder;"]);
        var keyWidth = decoder.KeyValueHeads * decoder.HeadWidth;
        var encoder = settings.Prompt;
        return configuration.Kind == AdapterKind.Prefix
            ? new SoftPromptShape(configuration.VirtualTokens, 2 * decoder.Layers * keyWidth, encoder is null ? 2 * decoder.Layers * keyWidth : keyWidth, encoder?.EncoderWidth ?? 0, 0)
            : new SoftPromptShape(
                configuration.VirtualTokens, decoder.HiddenSize, decoder.HiddenSize, encoder?.EncoderWidth ?? 0, encoder?.Encoder == PromptEncoder.Recurrent ? encoder.EncoderLayers : 0);
    }

    private static long Linear(long inputs, long outputs) => outputs * (inputs + 1);
}
