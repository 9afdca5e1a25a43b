using Gyre.Models.Weights;

namespace Gyre.Models.Architectures;

/// <summary>Reads what GGUF metadata has in common for all families.</summary>
/// <remarks>Source: GGUF key names as llama.cpp v0.5.0 writes them.</remarks>
internal static class GgufConfiguration
{
    public static DecoderConfiguration Read(GgufFile file)
    {
        var name = file.Metadata.TryGetString("general.architecture", out var text) ? text : "";
        var family = Architecture.FindGguf(name) ?? throw Architecture.Unknown(
            "Read model configuration: found general.architecture",
            name,
            Architecture.Families.Select(known => known.GgufName).OfType<string>().Distinct(),
            file.Path);
        var fields = new GgufFields(file, name);
        var configuration = family.ReadGguf(fields, ReadCommon(fields, family));
        fields.Faults.AddRange(configuration.Validate());
        return fields.Faults.Count == 0 ? configuration : throw HuggingFaceConfiguration.Faulty(fields.Faults, file.Path);
    }

    /// <summary>Rotary positions.</summary>
    internal static RotaryOptions ReadRotary(GgufFields fields, int context)
    {
        var kind = fields.Text("rope.scaling.type", "none");
        var old = fields.Number("rope.scale_linear", 1);
        fields.Check(
            kind is "none" or "linear" or "yarn" or "longrope",
            $"{fields.Architecture}.rope.scaling.type is '{kind}'; expected none, linear, yarn or longrope.");
        var original = fields.Integer("rope.scaling.original_context_length", context);
        var (near, far) = (fields.Vector("rope_factors_short.weight"), fields.Vector("rope_factors_long.weight"));
        var isLong = far.Length > 0;
        var attention = fields.Number("rope.scaling.attn_factor", 0);
        return new RotaryOptions
        {
            Theta = fields.Number("rope.freq_base", 10_000),
            Scaling = kind switch
            {
                _ when isLong => RotaryScaling.LongRope,
                "yarn" => RotaryScaling.Yarn,
                "linear" => RotaryScaling.Linear,
                _ => old > 1 ? RotaryScaling.Linear : RotaryScaling.None,
            },
            Factor = isLong && original > 0 ? Math.Max(1, (double)context / original) : fields.Number("rope.scaling.factor", old),
            OriginalContextLength = original,
            BetaFast = fields.Number("rope.scaling.yarn_beta_fast", 32),
            BetaSlow = fields.Number("rope.scaling.yarn_beta_slow", 1),
            AttentionFactor = isLong && attention > 0 ? attention : null,
            FrequencyDivisors = fields.Vector("rope_freqs.weight"),
            ShortDivisors = near,
            LongDivisors = far,
        };
    }

    private static DecoderConfiguration ReadCommon(GgufFields fields, DecoderFamily family)
    {
        var heads = fields.Integer("attention.head_count", null);
        var hidden = fields.Integer("embedding_length", null);
        var width = fields.Integer("attention.key_length", heads > 0 ? hidden / heads : 0);
        var valueWidth = fields.Integer("attention.value_length", width);
        fields.Check(valueWidth == width, $"{fields.Architecture}.attention.value_length is {valueWidth}; expected the key length {width}.");
        return new DecoderConfiguration
        {
            Architecture = family.Name,
            VocabularySize = fields.RowsOf("token_embd.weight") ?? fields.Integer("vocab_size", null),
            HiddenSize = hidden,
            IntermediateSize = fields.Integer("feed_forward_length", null),
            Layers = fields.Integer("block_count", null),
            Heads = heads,
            KeyValueHeads = fields.Integer("attention.head_count_kv", heads),
            HeadWidth = width,
            ContextLength = fields.Integer("context_length", null),
            Activation = family.Activation,
            NormEpsilon = (float)fields.Number("attention.layer_norm_rms_epsilon", fields.Number("attention.layer_norm_epsilon", 1e-5)),
            TieEmbeddings = !fields.Has("output.weight"),
            BeginTokenId = fields.Shared("tokenizer.ggml.bos_token_id"),
            EndTokenIds = fields.Shared("tokenizer.ggml.eos_token_id") is { } end ? [end] : [],
        };
    }
}
