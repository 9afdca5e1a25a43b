using Gyre.Contracts;
using Gyre.Models.Weights;

namespace Gyre.Models.Architectures;

/// <summary>Writes a configuration as GGUF keys: the other direction of <see cref="GgufConfiguration"/>.</summary>
/// <remarks>Source: GGUF key names as llama.cpp v0.5.0 reads them.</remarks>
internal static class GgufConfigurationWriter
{
    /// <summary>The GGUF architecture that a configuration is written as.</summary>
    /// <remarks>Errors: RUN0442 for a family, or a variant of one, that GGUF does not have.</remarks>
    public static string ArchitectureOf(DecoderConfiguration configuration)
    {
        var family = Architecture.Find(configuration.Architecture);
        if (family?.GgufNameOf(configuration) is { } name)
        {
            return name;
        }

        var known = Architecture.Families.Select(member => member.GgufName).OfType<string>().Distinct().ToList();
        var nearest = known.MinBy(candidate => SpellingDistance.Between(configuration.Architecture, candidate));
        throw new ModelException(
            "RUN0442",
            $"Convert to GGUF: found the family '{configuration.Architecture}'{(family is null ? "" : " in a form")} that GGUF has no name for; expected one of {string.Join(", ", known)}. The nearest of these is {nearest}; keep the safetensors files, or convert a model of one of these families.");
    }

    /// <summary>Sets every key of the network, and returns the small tensors that go with them.</summary>
    /// <remarks>Errors: RUN0442 with everything that the format cannot say.</remarks>
    public static IReadOnlyList<(string Name, float[] Values)> Write(GgufWriter writer, DecoderConfiguration configuration)
    {
        var c = configuration;
        var name = ArchitectureOf(c);
        var family = Architecture.Find(c.Architecture)!; // It has just given a name.
        var keys = new GgufKeys(writer, name);
        var centres = Architecture.Create(c, "the configuration").Weights.Any(weight => weight.GgufPlace.Tensor == "output_norm.bias");
        keys.Set("vocab_size", c.VocabularySize);
        keys.Set("context_length", c.ContextLength);
        keys.Set("embedding_length", c.HiddenSize);
        keys.Set("block_count", c.Layers);
        keys.Set("feed_forward_length", c.IntermediateSize);
        keys.Set("attention.head_count", c.Heads);
        keys.Set("attention.head_count_kv", c.KeyValueHeads);
        keys.Set("attention.key_length", c.HeadWidth);
        keys.Set("attention.value_length", c.HeadWidth);
        keys.Set(centres ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon", c.NormEpsilon);
        keys.Require(c.Activation == family.Activation, $"the activation {ActivationNames.NameOf(c.Activation)} instead of {ActivationNames.NameOf(family.Activation)}");
        keys.Require(c.EmbeddingWidth == 0 || c.EmbeddingWidth == c.HiddenSize, $"an embedding of width {c.EmbeddingWidth}");
        keys.Require(!c.ScalesByInverseLayer, "attention scores divided by the layer's number");
        if (family.UsesRotary(c))
        {
            WriteRotary(keys, c);
        }

        family.WriteGguf(keys, c);
        return keys.Faults.Count == 0 ? keys.Vectors : throw new ModelException(
            "RUN0442",
            $"Convert to GGUF: the format cannot say this of a {name} model: {string.Join("; ", keys.Faults)}. Keep the safetensors files.");
    }

    private static void WriteRotary(GgufKeys keys, DecoderConfiguration c)
    {
        var rotary = c.Rotary;
        keys.Set("rope.freq_base", (float)rotary.Theta);
        keys.Set("rope.dimension_count", c.RotatedWidth);
        keys.Require(rotary.Scaling != RotaryScaling.Dynamic, "rotary positions that stretch with the text (dynamic)");
        if (rotary.FrequencyDivisors.Count > 0)
        {
            keys.Vectors.Add(("rope_freqs.weight", [.. rotary.FrequencyDivisors]));
        }

        switch (rotary.Scaling)
        {
            case RotaryScaling.Linear:
                keys.Set("rope.scaling.type", "linear");
                keys.Set("rope.scaling.factor", (float)rotary.Factor);
                break;
            case RotaryScaling.Yarn:
                keys.Set("rope.scaling.type", "yarn");
                keys.Set("rope.scaling.factor", (float)rotary.Factor);
                keys.Set("rope.scaling.original_context_length", rotary.OriginalContextLength);
                keys.Set("rope.scaling.yarn_beta_fast", (float)rotary.BetaFast);
                keys.Set("rope.scaling.yarn_beta_slow", (float)rotary.BetaSlow);
                keys.Require(rotary.TruncateRamp, "a YaRN ramp that is not rounded to whole dimensions");
                keys.Require(rotary.AttentionFactor is null, "a factor of its own on YaRN's scores");
                break;
            case RotaryScaling.Llama3:
                var plain = new RotaryFrequencies(rotary with { Scaling = RotaryScaling.None }, c.RotatedWidth);
                var scaled = new RotaryFrequencies(rotary, c.RotatedWidth);
                keys.Vectors.Add(("rope_freqs.weight", [.. plain.Steps.Zip(scaled.Steps, (step, stretched) => (float)(step / stretched))]));
                break;
            case RotaryScaling.LongRope:
                keys.Set("rope.scaling.original_context_length", rotary.OriginalContextLength);
                keys.Set("rope.scaling.attn_factor", (float)new RotaryFrequencies(rotary, c.RotatedWidth).Amplitude);
                keys.Vectors.Add(("rope_factors_long.weight", [.. rotary.LongDivisors]));
                keys.Vectors.Add(("rope_factors_short.weight", [.. rotary.ShortDivisors]));
                break;
            default:
                break;
        }
    }
}
