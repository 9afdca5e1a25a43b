using Gyre.Models.Architectures;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Small configurations of every family, and of the forms that no published golden covers.</summary>
internal static class DecoderVariants
{
    public static IReadOnlyDictionary<string, DecoderConfiguration> All { get; } = new Dictionary<string, DecoderConfiguration>
    {
        ["falcon, one key-value head, one norm"] = Small("falcon") with { KeyValueHeads = 1, IsParallel = true },
        ["falcon, grouped heads, one norm"] = Small("falcon") with { KeyValueHeads = 2, IsParallel = true },
        ["falcon, slopes, one after the other, biases"] = Small("falcon") with
        {
            UsesAlibi = true, AttentionBias = true, AttentionOutputBias = true, FeedForwardBias = true,
        },
        ["opt, norms after"] = Small("opt") with { NormsAfter = true, EmbeddingWidth = 16, AttentionBias = true, AttentionOutputBias = true, FeedForwardBias = true },
        ["opt, no biases"] = Small("opt"),
        ["bloom, normed residual"] = Small("bloom") with { ResidualAfterNorm = true, UsesAlibi = true },
        ["phi, normed queries and keys"] = Small("phi") with { QueryKeyNorm = true, RotaryWidth = 4, KeyValueHeads = 2 },
        ["phi3, long texts, window"] = Small("phi3") with
        {
            KeyValueHeads = 2,
            SlidingWindow = 5,
            Rotary = new RotaryOptions
            {
                Scaling = RotaryScaling.LongRope, OriginalContextLength = 6, Factor = 32.0 / 6, ShortDivisors = [1, 1.5f, 2, 3], LongDivisors = [1, 2, 4, 8],
            },
        },
        ["gpt2, scaled by layer, quick activation"] = Small("gpt2") with { ScalesByInverseLayer = true, Activation = ActivationFunction.QuickGelu },
        ["gpt2, unscaled, own output layer, relu"] = Small("gpt2") with { AttentionScale = 1, TieEmbeddings = false, Activation = ActivationFunction.Relu },
        ["gpt_neox, exact activation"] = Small("gpt_neox") with { RotaryWidth = 2, IsParallel = true, Activation = ActivationFunction.Gelu, AttentionBias = true, AttentionOutputBias = true },
        ["gemma, exact activation"] = Small("gemma") with { Activation = ActivationFunction.Gelu, KeyValueHeads = 1 },
    };

    public static DecoderConfiguration Small(string family)
    {
        var known = Architecture.Find(family)!; // The caller names a family.
        return new DecoderConfiguration
        {
            Architecture = family,
            VocabularySize = 40,
            HiddenSize = 32,
            IntermediateSize = known.FieldName("intermediate_size") is null ? 128 : 48,
            Layers = 3,
            Heads = 4,
            KeyValueHeads = 4,
            HeadWidth = 8,
            ContextLength = 32,
            Activation = known.Activation,
            AttentionScale = family == "gpt_neo" ? 1 : null,
            NormEpsilon = known.FieldName("rms_norm_eps") is null ? 1e-5f : 1e-4f,
            TieEmbeddings = known.TiesEmbeddings,
            InitialDeviation = 0.2f,
            Rotary = new RotaryOptions { OriginalContextLength = 32 },
        };
    }
}
