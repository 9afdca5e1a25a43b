using System.Globalization;
using System.Text.Json;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Training.Export;

/// <summary>Writes a trained Llama-family model with its byte-level BPE vocabulary as one GGUF file in Q8_0.</summary>
/// <remarks>Source: GGUF v3; tensor and key names as llama.cpp reads them for the architectures <c>llama</c> and <c>qwen3</c>.</remarks>
internal static class GgufExport
{
    private const int NormalToken = 1;
    private const int ControlToken = 3;
    private const uint MostlyQ8 = 7;

    public static void Write(string path, string name, DecoderConfiguration configuration, IReadOnlyList<ExportedTensor> tensors, ITokenizer tokenizer, string tokenizerJson, string? chatTemplate)
    {
        var writer = new GgufWriter();
        var architecture = configuration.Architecture;
        writer.SetString("general.architecture", architecture)
            .SetString("general.name", name)
            .SetUInt32("general.file_type", MostlyQ8)
            .SetUInt32("general.quantization_version", 2)
            .SetUInt32($"{architecture}.vocab_size", (uint)configuration.VocabularySize)
            .SetUInt32($"{architecture}.context_length", (uint)configuration.ContextLength)
            .SetUInt32($"{architecture}.embedding_length", (uint)configuration.HiddenSize)
            .SetUInt32($"{architecture}.block_count", (uint)configuration.Layers)
            .SetUInt32($"{architecture}.feed_forward_length", (uint)configuration.IntermediateSize)
            .SetUInt32($"{architecture}.attention.head_count", (uint)configuration.Heads)
            .SetUInt32($"{architecture}.attention.head_count_kv", (uint)configuration.KeyValueHeads)
            .SetUInt32($"{architecture}.attention.key_length", (uint)configuration.HeadWidth)
            .SetUInt32($"{architecture}.attention.value_length", (uint)configuration.HeadWidth)
            .SetFloat($"{architecture}.attention.layer_norm_rms_epsilon", configuration.NormEpsilon)
            .SetFloat($"{architecture}.rope.freq_base", (float)configuration.Rotary.Theta)
            .SetUInt32($"{architecture}.rope.dimension_count", (uint)configuration.HeadWidth);
        SetTokenizer(writer, configuration, tokenizer, tokenizerJson);
        if (chatTemplate is not null)
        {
            writer.SetString("tokenizer.chat_template", chatTemplate);
        }

        foreach (var tensor in tensors)
        {
            Add(writer, tensor, configuration);
        }

        writer.Write(path);
    }

    /// <summary>The GGUF name of a tensor.</summary>
    internal static string NameOf(string name)
    {
        var parts = name.Split('.');
        return (parts[0], parts.Length) switch
        {
            ("lm_head", _) => "output.weight",
            (_, 3) when parts[1] == "embed_tokens" => "token_embd.weight",
            (_, 3) when parts[1] == "norm" => "output_norm.weight",
            _ => string.Create(CultureInfo.InvariantCulture, $"blk.{parts[2]}.{BlockName(parts[^2])}.weight"),
        };
    }

    /// <summary>
    /// Reorders the rows of a query or key projection: GGUF's llama rotates neighbours, Hugging Face rotates halves.
    /// </summary>
    internal static float[] PairRows(ReadOnlySpan<float> values, int rows, int columns, int heads)
    {
        var result = new float[values.Length];
        var half = rows / heads / 2;
        for (var head = 0; head < heads; head++)
        {
            for (var part = 0; part < 2; part++)
            {
                for (var i = 0; i < half; i++)
                {
                    var source = ((((head * 2) + part) * half) + i) * columns;
                    var target = ((((head * half) + i) * 2) + part) * columns;
                    values.Slice(source, columns).CopyTo(result.AsSpan(target, columns));
                }
            }
        }

        return result;
    }

    private static string BlockName(string module) => module switch
    {
        "q_proj" => "attn_q",
        "k_proj" => "attn_k",
        "v_proj" => "attn_v",
        "o_proj" => "attn_output",
        "gate_proj" => "ffn_gate",
        "up_proj" => "ffn_up",
        "down_proj" => "ffn_down",
        "q_norm" => "attn_q_norm",
        "k_norm" => "attn_k_norm",
        "input_layernorm" => "attn_norm",
        "post_attention_layernorm" => "ffn_norm",
        _ => throw new TrainingException("TRN0050", $"Writing GGUF failed: the tensor '{module}' has no GGUF name for the architectures llama and qwen3. Export safetensors instead."),
    };

    private static void Add(GgufWriter writer, ExportedTensor tensor, DecoderConfiguration configuration)
    {
        var name = NameOf(tensor.Name);
        var values = tensor.Values;
        if (configuration.Architecture == "llama" && (tensor.Name.Contains("q_proj", StringComparison.Ordinal) || tensor.Name.Contains("k_proj", StringComparison.Ordinal)))
        {
            var heads = tensor.Name.Contains("q_proj", StringComparison.Ordinal) ? configuration.Heads : configuration.KeyValueHeads;
            values = PairRows(values, tensor.Shape[0], tensor.Shape[1], heads);
        }

        if (tensor.Shape.Count < 2 || tensor.Shape[^1] % 32 != 0)
        {
            writer.Add(name, values, tensor.LongShape);
            return;
        }

        var bytes = new byte[FormatTraits.LengthBytes(ElementFormat.Q8_0, values.Length)];
        Blocks.Quantise(ElementFormat.Q8_0, values, bytes);
        writer.Add(name, ElementFormat.Q8_0, bytes, tensor.LongShape);
    }

    private static void SetTokenizer(GgufWriter writer, DecoderConfiguration configuration, ITokenizer tokenizer, string tokenizerJson)
    {
        using var json = JsonDocument.Parse(tokenizerJson);
        if (!json.RootElement.TryGetProperty("model", out var model) || !model.TryGetProperty("merges", out var merges)
            || (model.TryGetProperty("byte_fallback", out var fallback) && fallback.ValueKind == JsonValueKind.True))
        {
            throw new TrainingException("TRN0050", "Writing GGUF failed: the tokenizer is not a byte-level BPE vocabulary; expected one as Gyre trains it. Export safetensors instead.");
        }

        var preTokenizer = TokenizerLoader.GgufPreTokenizerOf(tokenizerJson)
            ?? throw new TrainingException("TRN0050", "Writing GGUF failed: GGUF has no name for the way this tokenizer cuts text before merging, so the file would tokenize differently. Export safetensors instead.");
        var ids = Enumerable.Range(0, tokenizer.VocabularySize).ToArray();
        writer.SetString("tokenizer.ggml.model", "gpt2")
            .SetString("tokenizer.ggml.pre", preTokenizer)
            .SetStrings("tokenizer.ggml.tokens", [.. ids.Select(tokenizer.GetToken)])
            .SetInt32s("tokenizer.ggml.token_type", [.. ids.Select(id => tokenizer.IsSpecial(id) ? ControlToken : NormalToken)])
            .SetStrings("tokenizer.ggml.merges", [.. merges.EnumerateArray().Select(Merge)])
            .SetBoolean("tokenizer.ggml.add_bos_token", tokenizer.BeginId is { } begin && AddsFirst(tokenizer, begin));
        if (tokenizer.BeginId is { } first)
        {
            writer.SetUInt32("tokenizer.ggml.bos_token_id", (uint)first);
        }

        if (configuration.EndTokenIds.Count > 0)
        {
            writer.SetUInt32("tokenizer.ggml.eos_token_id", (uint)configuration.EndTokenIds[0]);
        }
    }

    private static bool AddsFirst(ITokenizer tokenizer, int begin)
    {
        var added = new List<int>();
        tokenizer.Encode("a", addSpecialTokens: true, parseSpecialTokens: false, added);
        return added[0] == begin;
    }

    private static string Merge(JsonElement merge) => merge.ValueKind == JsonValueKind.String
        ? merge.GetString() ?? ""
        : string.Join(' ', merge.EnumerateArray().Select(part => part.GetString()));
}
