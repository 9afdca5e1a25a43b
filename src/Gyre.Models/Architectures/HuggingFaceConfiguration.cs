using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Models.Architectures;

/// <summary>Reads and writes config.json of the Llama family.</summary>
internal static class HuggingFaceConfiguration
{
    private const string Reading = "Read model configuration";
    private const int MaxJsonDepth = 32;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static DecoderConfiguration Read(string json, string source)
    {
        var fields = new ConfigurationFields(Parse(json, source));
        var type = fields.Text("model_type", "");
        if (type is not ("llama" or "mistral" or "qwen2" or "qwen3"))
        {
            throw new ModelException(
                "RUN0402",
                $"{Reading}: found model_type '{type}'; expected one of llama, mistral, qwen2, qwen3, in '{source}'. Convert the model or use one of these families.");
        }

        var configuration = Read(fields, type);
        var faults = fields.Faults.Concat(configuration.Validate()).ToList();
        return faults.Count == 0 ? configuration : throw Faulty(faults, source);
    }

    internal static ModelException Faulty(IReadOnlyList<string> faults, string source) => new(
        "RUN0401",
        $"{Reading}: found {faults.Count} fault(s) in '{source}': {string.Join(" ", faults)} Correct the file or fetch it again.");

    public static string Write(DecoderConfiguration configuration)
    {
        var c = configuration;
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(ClassNameOf(c.Architecture)),
            ["model_type"] = c.Architecture,
            ["vocab_size"] = c.VocabularySize,
            ["hidden_size"] = c.HiddenSize,
            ["intermediate_size"] = c.IntermediateSize,
            ["num_hidden_layers"] = c.Layers,
            ["num_attention_heads"] = c.Heads,
            ["num_key_value_heads"] = c.KeyValueHeads,
            ["head_dim"] = c.HeadWidth,
            ["hidden_act"] = "silu",
            ["max_position_embeddings"] = c.Rotary.Scaling == RotaryScaling.Dynamic ? c.Rotary.OriginalContextLength : c.ContextLength,
            ["rms_norm_eps"] = (double)(decimal)c.NormEpsilon,
            ["rope_theta"] = c.Rotary.Theta,
            ["rope_scaling"] = WriteScaling(c.Rotary),
            ["tie_word_embeddings"] = c.TieEmbeddings,
            ["torch_dtype"] = "float32",
        };
        if (c.Architecture == "llama")
        {
            json["attention_bias"] = c.AttentionBias;
            json["mlp_bias"] = c.FeedForwardBias;
        }

        if (c.SlidingWindow > 0)
        {
            json["sliding_window"] = c.SlidingWindow;
            json["use_sliding_window"] = true;
            json["layer_types"] = new JsonArray([.. Enumerable.Range(0, c.Layers).Select(layer =>
                (JsonNode)(c.WindowOf(layer) > 0 ? "sliding_attention" : "full_attention"))]);
        }

        if (c.BeginTokenId is { } begin)
        {
            json["bos_token_id"] = begin;
        }

        if (c.EndTokenIds.Count > 0)
        {
            json["eos_token_id"] = c.EndTokenIds.Count == 1
                ? c.EndTokenIds[0]
                : new JsonArray([.. c.EndTokenIds.Select(id => (JsonNode)id)]);
        }

        return json.ToJsonString(Indented) + "\n";
    }

    private static string ClassNameOf(string architecture) => architecture switch
    {
        "mistral" => "MistralForCausalLM",
        "qwen2" => "Qwen2ForCausalLM",
        "qwen3" => "Qwen3ForCausalLM",
        _ => "LlamaForCausalLM",
    };

    private static JsonObject? WriteScaling(RotaryOptions rotary)
    {
        if (rotary.Scaling == RotaryScaling.None)
        {
            return null;
        }

        var json = new JsonObject
        {
            ["rope_type"] = rotary.Scaling.ToString().ToLowerInvariant(),
            ["factor"] = rotary.Factor,
        };
        if (rotary.Scaling is RotaryScaling.Llama3 or RotaryScaling.Yarn)
        {
            json["original_max_position_embeddings"] = rotary.OriginalContextLength;
        }

        if (rotary.Scaling == RotaryScaling.Llama3)
        {
            json["low_freq_factor"] = rotary.LowFrequencyFactor;
            json["high_freq_factor"] = rotary.HighFrequencyFactor;
        }

        if (rotary.Scaling == RotaryScaling.Yarn)
        {
            json["beta_fast"] = rotary.BetaFast;
            json["beta_slow"] = rotary.BetaSlow;
            json["truncate"] = rotary.TruncateRamp;
            if (rotary.AttentionFactor is { } factor)
            {
                json["attention_factor"] = factor;
            }
        }

        return json;
    }

    private static JsonObject Parse(string json, string source)
    {
        try
        {
            if (UntrustedJson.ParseObject(json, MaxJsonDepth) is { } root)
            {
                return root;
            }
        }
        catch (JsonException error)
        {
            throw new ModelException(
                "RUN0401", $"{Reading}: found text that is not JSON ({error.Message}); expected a JSON object, in '{source}'. Fetch the file again.", error);
        }

        throw new ModelException("RUN0401", $"{Reading}: found JSON that is not an object, in '{source}'. Fetch the file again.");
    }

    private static DecoderConfiguration Read(ConfigurationFields fields, string type)
    {
        var hidden = fields.Integer("hidden_size");
        var heads = fields.Integer("num_attention_heads");
        var layers = fields.Integer("num_hidden_layers");
        var context = fields.Integer("max_position_embeddings");
        var activation = fields.Text("hidden_act", "silu");
        if (activation is not ("silu" or "swish"))
        {
            fields.Faults.Add($"hidden_act is '{activation}'; expected silu.");
        }

        var attentionBias = type == "qwen2" || (type != "mistral" && fields.Boolean("attention_bias", false));
        var (window, sliding) = ReadWindow(fields, type, layers);
        var rotary = ReadRotary(fields, context);
        return new DecoderConfiguration
        {
            Architecture = type,
            VocabularySize = fields.Integer("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.Integer("intermediate_size"),
            Layers = layers,
            Heads = heads,
            KeyValueHeads = fields.Integer("num_key_value_heads", heads),
            HeadWidth = fields.Integer("head_dim", heads > 0 ? hidden / heads : 0),
            ContextLength = Stretched(context, rotary),
            NormEpsilon = (float)fields.Number("rms_norm_eps", 1e-6),
            Rotary = rotary,
            TieEmbeddings = fields.Boolean("tie_word_embeddings", false),
            AttentionBias = attentionBias,
            AttentionOutputBias = attentionBias && type != "qwen2",
            FeedForwardBias = type == "llama" && fields.Boolean("mlp_bias", false),
            QueryKeyNorm = type == "qwen3",
            SlidingWindow = window,
            SlidingLayers = sliding,
            BeginTokenId = fields.OptionalInteger("bos_token_id"),
            EndTokenIds = fields.Integers("eos_token_id"),
        };
    }

    private static (int Window, IReadOnlyList<bool> Layers) ReadWindow(ConfigurationFields fields, string type, int layers)
    {
        var window = fields.OptionalInteger("sliding_window") ?? 0;
        if (window == 0 || type == "llama" || (type != "mistral" && !fields.Boolean("use_sliding_window", false)))
        {
            return (0, []);
        }

        if (fields.Texts("layer_types") is { Count: > 0 } kinds)
        {
            return (window, [.. kinds.Select(kind => kind == "sliding_attention")]);
        }

        var first = type == "mistral" ? 0 : fields.Integer("max_window_layers", 0);
        return (window, [.. Enumerable.Range(0, Math.Clamp(layers, 0, 4096)).Select(layer => layer >= first)]);
    }

    /// <summary>Dynamic scaling is for sequences beyond the original context, which such a configuration gives as its only length.</summary>
    private static int Stretched(int context, RotaryOptions rotary) =>
        rotary is { Scaling: RotaryScaling.Dynamic, Factor: > 1 } ? (int)Math.Min(context * rotary.Factor, int.MaxValue) : context;

    private static RotaryOptions ReadRotary(ConfigurationFields fields, int context)
    {
        var theta = fields.Number("rope_theta", 10_000);
        var scaling = fields.Object("rope_parameters") ?? fields.Object("rope_scaling");
        if (scaling is null)
        {
            return new RotaryOptions { Theta = theta, OriginalContextLength = context };
        }

        var kind = scaling.Text("rope_type", scaling.Text("type", "default"));
        var original = scaling.OptionalInteger("original_max_position_embeddings") ?? context;
        var options = new RotaryOptions
        {
            Theta = scaling.Number("rope_theta", theta),
            Scaling = kind switch
            {
                "linear" => RotaryScaling.Linear,
                "dynamic" => RotaryScaling.Dynamic,
                "llama3" => RotaryScaling.Llama3,
                "yarn" => RotaryScaling.Yarn,
                _ => RotaryScaling.None,
            },
            Factor = scaling.Number("factor", original > 0 ? (double)context / original : 1),
            OriginalContextLength = kind == "dynamic" ? context : original,
            LowFrequencyFactor = scaling.Number("low_freq_factor", 1),
            HighFrequencyFactor = scaling.Number("high_freq_factor", 4),
            BetaFast = scaling.Number("beta_fast", 32),
            BetaSlow = scaling.Number("beta_slow", 1),
            TruncateRamp = scaling.Boolean("truncate", true),
            AttentionFactor = YarnAmplitude(scaling),
        };
        if (options.Scaling == RotaryScaling.None && kind is not ("default" or "none"))
        {
            scaling.Faults.Add($"rope_type is '{kind}'; expected default, linear, dynamic, llama3 or yarn.");
        }

        return options;
    }

    private static double? YarnAmplitude(ConfigurationFields scaling)
    {
        if (scaling.OptionalNumber("attention_factor") is { } factor)
        {
            return factor;
        }

        var scale = scaling.OptionalNumber("mscale");
        var all = scaling.OptionalNumber("mscale_all_dim");
        if (scale is not > 0 || all is not > 0)
        {
            return null;
        }

        var stretch = scaling.Number("factor", 1);
        return Amplitude(scale.Value) / Amplitude(all.Value);

        double Amplitude(double weight) => stretch <= 1 ? 1 : (0.1 * weight * Math.Log(stretch)) + 1;
    }
}
