using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Models.Architectures;

/// <summary>Reads and writes what config.json has in common for all families.</summary>
internal static class HuggingFaceConfiguration
{
    private const string Reading = "Read model configuration";
    private const int MaxJsonDepth = 32;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static DecoderConfiguration Read(string json, string source)
    {
        var root = Parse(json, source);
        var faults = new List<string>();
        var type = new ConfigurationFields(root, faults).Text("model_type", "");
        var family = Architecture.Find(type)
            ?? throw Architecture.Unknown($"{Reading}: found model_type", type, Architecture.Families.Select(known => known.Name), source);
        var fields = new ConfigurationFields(root, faults, family.FieldNames);
        var configuration = family.Read(fields, ReadCommon(fields, family));
        faults.AddRange(configuration.Validate());
        return faults.Count == 0 ? configuration : throw Faulty(faults, source);
    }

    internal static ModelException Faulty(IReadOnlyList<string> faults, string source) => new(
        "RUN0401",
        $"{Reading}: found {faults.Count} fault(s) in '{source}': {string.Join(" ", faults)} Correct the file or fetch it again.");

    public static string Write(DecoderConfiguration configuration)
    {
        var c = configuration;
        var family = Architecture.Find(c.Architecture)
            ?? throw Architecture.Unknown("Write model configuration: found architecture", c.Architecture, Architecture.Families.Select(known => known.Name), "the given configuration");
        var json = new JsonObject { ["architectures"] = new JsonArray(family.ClassName), ["model_type"] = c.Architecture };
        Set("vocab_size", c.VocabularySize);
        Set("hidden_size", c.HiddenSize);
        Set("intermediate_size", c.IntermediateSize);
        Set("num_hidden_layers", c.Layers);
        Set("num_attention_heads", c.Heads);
        Set("num_key_value_heads", c.KeyValueHeads);
        Set("head_dim", c.HeadWidth);
        Set("hidden_act", ActivationNames.NameOf(c.Activation));
        Set("max_position_embeddings", c.Rotary.Scaling == RotaryScaling.Dynamic ? c.Rotary.OriginalContextLength : c.ContextLength);
        Set("rms_norm_eps", (double)(decimal)c.NormEpsilon);
        Set("tie_word_embeddings", c.TieEmbeddings);
        Set("torch_dtype", "float32");
        family.Write(c, json);
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

        void Set(string name, JsonNode value)
        {
            if (family.FieldName(name) is { } own)
            {
                json[own] = value;
            }
        }
    }

    /// <summary>Writes which layers slide, as newer files have it.</summary>
    internal static void WriteLayerKinds(DecoderConfiguration c, JsonObject json) =>
        json["layer_types"] = new JsonArray([.. Enumerable.Range(0, c.Layers).Select(layer =>
            (JsonNode)(c.WindowOf(layer) > 0 ? "sliding_attention" : "full_attention"))]);

    /// <summary>Reads which layers slide; empty when the file does not say.</summary>
    internal static IReadOnlyList<bool> ReadLayerKinds(ConfigurationFields fields) =>
        [.. fields.Texts("layer_types").Select(kind => kind == "sliding_attention")];

    /// <summary>A rule for each layer, as long as the number of layers is one that can be.</summary>
    internal static IReadOnlyList<bool> EveryLayer(int layers, Func<int, bool> rule) =>
        [.. Enumerable.Range(0, Math.Clamp(layers, 0, 4096)).Select(rule)];

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
        if (rotary.Scaling is RotaryScaling.Llama3 or RotaryScaling.Yarn or RotaryScaling.LongRope)
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
        }

        if (rotary.Scaling == RotaryScaling.LongRope)
        {
            json["short_factor"] = new JsonArray([.. rotary.ShortDivisors.Select(divisor => (JsonNode)divisor)]);
            json["long_factor"] = new JsonArray([.. rotary.LongDivisors.Select(divisor => (JsonNode)divisor)]);
        }

        if (rotary.AttentionFactor is { } factor)
        {
            json["attention_factor"] = factor;
        }

        return json;
    }

    internal static JsonObject Parse(string json, string source)
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

    /// <summary>The part of a head that is rotated, as a share of its width; 0 when it is the whole head.</summary>
    internal static int Share(ConfigurationFields fields, string field, double share, int headWidth)
    {
        if (share is not (> 0 and <= 1))
        {
            fields.Fault(field, $"{share}", "more than 0 and at most 1");
            return 0;
        }

        var width = (int)(headWidth * share);
        return width == headWidth ? 0 : width;
    }

    /// <summary>Writes base and scaling of rotary positions.</summary>
    internal static void WriteRotary(DecoderConfiguration c, JsonObject json)
    {
        json["rope_theta"] = c.Rotary.Theta;
        json["rope_scaling"] = WriteScaling(c.Rotary);
    }

    private static DecoderConfiguration ReadCommon(ConfigurationFields fields, DecoderFamily family)
    {
        var hidden = fields.Integer("hidden_size");
        var heads = fields.Integer("num_attention_heads");
        var widened = (int)Math.Clamp(4L * hidden, 0, int.MaxValue);
        if (!fields.Has("head_dim") && heads > 0 && hidden % heads != 0)
        {
            fields.Fault("hidden_size", $"{hidden}", $"a multiple of the number of heads, {heads}");
        }

        return new DecoderConfiguration
        {
            Architecture = family.Name,
            VocabularySize = fields.Integer("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.Integer("intermediate_size", family.WidensByFour ? widened : null),
            Layers = fields.Integer("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = fields.Integer("num_key_value_heads", heads),
            HeadWidth = fields.Integer("head_dim", heads > 0 ? hidden / heads : 0),
            ContextLength = fields.Integer("max_position_embeddings", family.ContextLength),
            Activation = ActivationNames.Read(fields, "hidden_act", family.Activation),
            NormEpsilon = (float)fields.Number("rms_norm_eps", family.NormEpsilon),
            TieEmbeddings = fields.Boolean("tie_word_embeddings", family.TiesEmbeddings),
            BeginTokenId = fields.OptionalInteger("bos_token_id"),
            EndTokenIds = fields.Integers("eos_token_id"),
        };
    }

    /// <summary>Dynamic scaling is for sequences beyond the original context, which such a configuration gives as its only length.</summary>
    internal static int Stretched(int context, RotaryOptions rotary) =>
        rotary is { Scaling: RotaryScaling.Dynamic, Factor: > 1 } ? (int)Math.Min(context * rotary.Factor, int.MaxValue) : context;

    internal static RotaryOptions ReadRotary(ConfigurationFields fields, int context)
    {
        var theta = fields.Number("rope_theta", fields.Number("rotary_emb_base", 10_000));
        var scaling = fields.Object("rope_parameters") ?? fields.Object("rope_scaling");
        if (scaling is null)
        {
            return new RotaryOptions { Theta = theta, OriginalContextLength = context };
        }

        var kind = scaling.Text("rope_type", scaling.Text("type", "default"));
        var original = scaling.OptionalInteger("original_max_position_embeddings")
            ?? fields.OptionalInteger("original_max_position_embeddings") ?? context;
        var options = new RotaryOptions
        {
            Theta = scaling.Number("rope_theta", theta),
            Scaling = kind switch
            {
                "linear" => RotaryScaling.Linear,
                "dynamic" => RotaryScaling.Dynamic,
                "llama3" => RotaryScaling.Llama3,
                "yarn" => RotaryScaling.Yarn,
                "longrope" or "su" => RotaryScaling.LongRope,
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
            ShortDivisors = scaling.Numbers("short_factor"),
            LongDivisors = scaling.Numbers("long_factor"),
        };
        if (options.Scaling == RotaryScaling.None && kind is not ("default" or "none"))
        {
            scaling.Faults.Add($"rope_type is '{kind}'; expected default, linear, dynamic, llama3, yarn or longrope.");
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
