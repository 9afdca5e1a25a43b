using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures;

/// <summary>Reads the configuration of the Llama family from GGUF metadata.</summary>
/// <remarks>Source: GGUF key names as llama.cpp v0.5.0 writes them.</remarks>
internal static class GgufConfiguration
{
    public static DecoderConfiguration Read(GgufFile file)
    {
        var architecture = file.Metadata.TryGetString("general.architecture", out var name) ? name : "";
        if (architecture is not ("llama" or "qwen2" or "qwen3"))
        {
            throw new ModelException(
                "RUN0402",
                $"Read model configuration: found general.architecture '{architecture}'; expected one of llama, qwen2, qwen3, in '{file.Path}'. Convert the model or use one of these families.");
        }

        var faults = new List<string>();
        var configuration = Read(file, architecture, faults);
        faults.AddRange(configuration.Validate());
        return faults.Count == 0 ? configuration : throw HuggingFaceConfiguration.Faulty(faults, file.Path);
    }

    private static DecoderConfiguration Read(GgufFile file, string architecture, List<string> faults)
    {
        var heads = Integer("attention.head_count", null);
        var hidden = Integer("embedding_length", null);
        var context = Integer("context_length", null);
        var width = Integer("attention.key_length", heads > 0 ? hidden / heads : 0);
        var valueWidth = Integer("attention.value_length", width);
        var rotated = Integer("rope.dimension_count", width);
        Check(valueWidth == width, $"{architecture}.attention.value_length is {valueWidth}; expected the key length {width}.");
        Check(rotated == width, $"{architecture}.rope.dimension_count is {rotated}; expected the head width {width}.");
        var begin = file.Metadata.TryGetInteger("tokenizer.ggml.bos_token_id", out var bos) ? (int?)bos : null;
        int[] end = file.Metadata.TryGetInteger("tokenizer.ggml.eos_token_id", out var eos) ? [(int)eos] : [];
        return new DecoderConfiguration
        {
            Architecture = architecture,
            VocabularySize = file.TryGet("token_embd.weight", out var table) && table.Shape.Count == 2
                ? (int)Math.Min(table.Shape[0], int.MaxValue)
                : Integer("vocab_size", null),
            HiddenSize = hidden,
            IntermediateSize = Integer("feed_forward_length", null),
            Layers = Integer("block_count", null),
            Heads = heads,
            KeyValueHeads = Integer("attention.head_count_kv", heads),
            HeadWidth = width,
            ContextLength = context,
            NormEpsilon = (float)Number("attention.layer_norm_rms_epsilon", 1e-5),
            Rotary = ReadRotary(),
            TieEmbeddings = !file.TryGet("output.weight", out _),
            AttentionBias = file.TryGet("blk.0.attn_q.bias", out _),
            AttentionOutputBias = file.TryGet("blk.0.attn_output.bias", out _),
            FeedForwardBias = file.TryGet("blk.0.ffn_gate.bias", out _),
            QueryKeyNorm = architecture == "qwen3",
            SlidingWindow = Integer("attention.sliding_window", 0),
            BeginTokenId = begin,
            EndTokenIds = end,
        };

        RotaryOptions ReadRotary()
        {
            var kind = file.Metadata.TryGetString(architecture + ".rope.scaling.type", out var text) ? text : "none";
            var old = Number("rope.scale_linear", 1);
            Check(kind is "none" or "linear" or "yarn", $"{architecture}.rope.scaling.type is '{kind}'; expected none, linear or yarn.");
            return new RotaryOptions
            {
                Theta = Number("rope.freq_base", 10_000),
                Scaling = kind switch
                {
                    "yarn" => RotaryScaling.Yarn,
                    "linear" => RotaryScaling.Linear,
                    _ => old > 1 ? RotaryScaling.Linear : RotaryScaling.None,
                },
                Factor = Number("rope.scaling.factor", old),
                OriginalContextLength = Integer("rope.scaling.original_context_length", context),
                BetaFast = Number("rope.scaling.yarn_beta_fast", 32),
                BetaSlow = Number("rope.scaling.yarn_beta_slow", 1),
                FrequencyDivisors = ReadDivisors(),
            };
        }

        unsafe float[] ReadDivisors()
        {
            if (!file.TryGet("rope_freqs.weight", out var tensor))
            {
                return [];
            }

            if (tensor.Format != ElementFormat.F32 || tensor.LengthBytes > 1 << 20)
            {
                faults.Add($"rope_freqs.weight is {tensor.Format} of {tensor.LengthBytes} bytes; expected F32, one number per rotated pair.");
                return [];
            }

            return new ReadOnlySpan<float>(tensor.Bytes, (int)(tensor.LengthBytes / sizeof(float))).ToArray();
        }

        int Integer(string key, int? fallback)
        {
            if (file.Metadata.TryGetInteger($"{architecture}.{key}", out var value))
            {
                return (int)Math.Clamp(value, int.MinValue, int.MaxValue);
            }

            Check(fallback is not null, $"{architecture}.{key} is missing; expected a whole number.");
            return fallback ?? 0;
        }

        double Number(string key, double fallback) =>
            file.Metadata.TryGetFloat($"{architecture}.{key}", out var value) ? value : fallback;

        void Check(bool isValid, string fault)
        {
            if (!isValid)
            {
                faults.Add(fault);
            }
        }
    }
}
