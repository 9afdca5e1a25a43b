using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters;

/// <summary>Reads adapter_config.json; fields that change nothing here are ignored.</summary>
/// <remarks>Source: the configuration classes of PEFT 0.13 to 0.17.</remarks>
internal sealed class AdapterConfigurationReader
{
    private const int MostPatterns = 4096;
    private const int MostRank = 1 << 20;
    private const int MostVirtualTokens = 1 << 16;

    /// <summary>Initialisations that change the base, so that the adapter fits only what it became.</summary>
    private static readonly string[] ChangedBases = ["pissa", "olora", "corda", "loftq"];

    /// <summary>Fields that change results when they hold anything.</summary>
    private static readonly string[] ChangingFields =
        ["layer_replication", "target_parameters", "trainable_token_indices", "alora_invocation_tokens", "arrow_config", "lora_ga_config"];

    private readonly JsonObject _json;
    private readonly ConfigurationFields _fields;
    private readonly List<string> _unsupported = [];

    private AdapterConfigurationReader(JsonObject json)
    {
        _json = json;
        _fields = new ConfigurationFields(json);
    }

    /// <summary>Reads the parsed file.</summary>
    /// <param name="json">The file.</param>
    /// <param name="place">Where it is, for messages.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0420</c> all faults, <c>RUN0421</c> all that is not computed here.</remarks>
    public static AdapterConfiguration Read(JsonObject json, string place)
    {
        var reader = new AdapterConfigurationReader(json);
        var configuration = reader.Read();
        if (reader._fields.Faults.Count > 0)
        {
            throw AdapterErrors.Faulty(reader._fields.Faults, place);
        }

        return reader._unsupported.Count == 0 && configuration is not null ? configuration : throw AdapterErrors.Unsupported(reader._unsupported, place);
    }

    private AdapterConfiguration? Read()
    {
        AdapterKind? kind = _fields.Text("peft_type", "") switch
        {
            "LORA" => AdapterKind.LowRank,
            "ADALORA" => AdapterKind.AdaptiveLowRank,
            "IA3" => AdapterKind.Scaling,
            "PROMPT_TUNING" or "P_TUNING" => AdapterKind.VirtualTokens,
            "PREFIX_TUNING" => AdapterKind.Prefix,
            _ => null,
        };
        if (kind is null)
        {
            var found = AdapterErrors.Short(_fields.Text("peft_type", ""));
            if (found.Length == 0 && !_fields.Has("peft_type"))
            {
                _fields.Fault("peft_type", "missing", "LORA, ADALORA, IA3, PROMPT_TUNING, P_TUNING or PREFIX_TUNING");
            }
            else
            {
                _unsupported.Add($"peft_type '{found}';");
            }

            return null;
        }

        if (kind is AdapterKind.VirtualTokens or AdapterKind.Prefix)
        {
            return ReadSoftPrompt(kind.Value);
        }

        RefuseWhatChangesResults();
        return kind == AdapterKind.Scaling ? ReadScaling() : ReadLowRank(kind.Value);
    }

    private AdapterConfiguration Common(AdapterKind kind) => new()
    {
        Kind = kind,
        MadeFor = _fields.Text("base_model_name_or_path", ""),
        Targets = ReadTargets("target_modules") with { Excluded = _fields.Has("exclude_modules") ? ReadNames("exclude_modules") : null },
        Saved = ReadList("modules_to_save"),
    };

    /// <summary>How it was trained does not matter: what is saved is what the encoder of the prompt gave.</summary>
    private AdapterConfiguration ReadSoftPrompt(AdapterKind kind)
    {
        var tokens = _fields.Integer("num_virtual_tokens");
        if (tokens is < 1 or > MostVirtualTokens && _fields.Faults.Count == 0)
        {
            _fields.Fault("num_virtual_tokens", $"{tokens}", $"1 to {MostVirtualTokens}");
        }

        if (_fields.Has("num_transformer_submodules") && _fields.Integer("num_transformer_submodules", 1) is var stacks && stacks != 1)
        {
            _unsupported.Add($"num_transformer_submodules {stacks} (1 is computed: virtual tokens of an encoder and a decoder both are not);");
        }

        if (ReadList("modules_to_save").Count > 0)
        {
            _unsupported.Add("modules_to_save beside virtual tokens;");
        }

        return new AdapterConfiguration
        {
            Kind = kind,
            MadeFor = _fields.Text("base_model_name_or_path", ""),
            Targets = new AdapterTargets(),
            VirtualTokens = tokens,
        };
    }

    private AdapterConfiguration ReadScaling() => Common(AdapterKind.Scaling) with { FeedForward = ReadNames("feedforward_modules") };

    private AdapterConfiguration ReadLowRank(AdapterKind kind)
    {
        var isAdaptive = kind == AdapterKind.AdaptiveLowRank;
        var rank = isAdaptive ? _fields.Integer("init_r", 12) : _fields.Integer("r", 8);
        CheckRank(isAdaptive ? "init_r" : "r", rank);
        var biases = _fields.Text("bias", "none");
        if (biases is not ("none" or "all" or "lora_only"))
        {
            _fields.Fault("bias", $"'{AdapterErrors.Short(biases)}'", "none, all or lora_only");
        }

        var alpha = _fields.Number("lora_alpha", 8);
        if (Math.Abs(alpha) > 1e9)
        {
            _fields.Fault("lora_alpha", $"{alpha}", "at most 1e9");
        }

        return Common(kind) with
        {
            Rank = rank,
            Alpha = alpha,
            RankPatterns = isAdaptive ? [] : ReadPatterns("rank_pattern", ReadRank),
            AlphaPatterns = isAdaptive ? [] : ReadPatterns("alpha_pattern", ReadAlpha),
            KeptRanks = isAdaptive ? ReadKeptRanks() : new Dictionary<string, int>(),
            DividesByRoot = !isAdaptive && _fields.Boolean("use_rslora", false),
            HasMagnitudes = !isAdaptive && _fields.Boolean("use_dora", false),
            HasUpBias = !isAdaptive && _fields.Boolean("lora_bias", false),
            Biases = biases switch { "all" => AdapterBiases.All, "lora_only" => AdapterBiases.Adapted, _ => AdapterBiases.None },
        };
    }

    private void RefuseWhatChangesResults()
    {
        foreach (var name in ChangingFields)
        {
            if (_json[name] is { } value && value is not JsonArray { Count: 0 } and not JsonObject { Count: 0 })
            {
                _unsupported.Add($"{name} {AdapterErrors.Short(value.ToJsonString())};");
            }
        }

        if (_json["use_qalora"] is JsonValue flag && flag.TryGetValue<bool>(out var isGrouped) && isGrouped)
        {
            _unsupported.Add("use_qalora true;");
        }

        if (_json["init_lora_weights"] is JsonValue value2 && value2.TryGetValue<string>(out var initial)
            && ChangedBases.Any(name => initial.StartsWith(name, StringComparison.Ordinal)))
        {
            _unsupported.Add($"init_lora_weights '{AdapterErrors.Short(initial)}', which changed the base;");
        }
    }

    private AdapterTargets ReadTargets(string name)
    {
        var targets = ReadNames(name);
        if (targets.IsEmpty && _fields.Faults.Count == 0)
        {
            _fields.Fault(name, "missing or empty", "a list of modules, a regular expression or 'all-linear'");
        }

        var layers = _fields.Integers("layers_to_transform");
        if (layers.Count == 0)
        {
            return targets;
        }

        if (targets.Pattern is not null)
        {
            _fields.Fault("layers_to_transform", "set beside a regular expression", "a list of target_modules, or no layers");
        }

        var patterns = ReadList("layers_pattern");
        return targets with
        {
            Layers = layers,
            LayerPatterns = [.. (patterns.Count == 0 ? ["[^.]*"] : patterns)
                .Select(text => Parsed("layers_pattern", text, ModulePattern.Parse(text, @"\A.*\.", @"\.(?<index>[0-9]+)\.", out var fault), fault))
                .OfType<ModulePattern>()],
        };
    }

    /// <summary>A list of ends of paths, or a text: a regular expression over whole paths.</summary>
    private AdapterTargets ReadNames(string name)
    {
        if (_json[name] is JsonValue value && value.TryGetValue<string>(out var text))
        {
            return text.Equals("all-linear", StringComparison.OrdinalIgnoreCase)
                ? new AdapterTargets { IsAllLinear = true }
                : new AdapterTargets { Pattern = Parsed(name, text, ModulePattern.Whole(text, out var fault), fault) };
        }

        return new AdapterTargets { Names = ReadList(name) };
    }

    /// <summary>A list of texts, or one text.</summary>
    private IReadOnlyList<string> ReadList(string name)
    {
        switch (_json[name])
        {
            case null:
                return [];
            case JsonValue value when value.TryGetValue<string>(out var text):
                return [text];
            case JsonArray array when array.Count <= MostPatterns && array.All(item => item is JsonValue value && value.GetValueKind() == JsonValueKind.String):
                return [.. array.Select(item => (string)item!).Distinct(StringComparer.Ordinal)]; // All are texts.
            default:
                _fields.Fault(name, AdapterErrors.Short(_json[name]!.ToJsonString()), $"a text or a list of at most {MostPatterns} texts"); // Null was the first case.
                return [];
        }
    }

    private List<(ModulePattern Pattern, T Value)> ReadPatterns<T>(string name, Func<string, JsonNode?, T> read)
    {
        var patterns = new List<(ModulePattern, T)>();
        foreach (var (key, value) in ReadObject(name))
        {
            if (Parsed(name, key, ModulePattern.End(key, out var fault), fault) is { } pattern)
            {
                patterns.Add((pattern, read($"{name}.{AdapterErrors.Short(key)}", value)));
            }
        }

        return patterns;
    }

    private JsonObject ReadObject(string name)
    {
        switch (_json[name])
        {
            case null:
                return [];
            case JsonObject { Count: <= MostPatterns } found:
                return found;
            default:
                _fields.Fault(name, AdapterErrors.Short(_json[name]!.ToJsonString()), $"an object of at most {MostPatterns} fields"); // Null was the first case.
                return [];
        }
    }

    /// <summary>For each module the ranks that are kept, as true and false.</summary>
    private Dictionary<string, int> ReadKeptRanks()
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (key, value) in ReadObject("rank_pattern"))
        {
            if (value is JsonArray flags && flags.All(flag => flag?.GetValueKind() is JsonValueKind.True or JsonValueKind.False))
            {
                var path = key.StartsWith(PeftAdapter.Root, StringComparison.Ordinal) ? key[PeftAdapter.Root.Length..] : key;
                ranks[path.Contains(".lora_", StringComparison.Ordinal) ? path[..path.LastIndexOf(".lora_", StringComparison.Ordinal)] : path] =
                    flags.Count(flag => (bool)flag!); // All are flags.
            }
            else
            {
                _fields.Fault($"rank_pattern.{AdapterErrors.Short(key)}", AdapterErrors.Short(value?.ToJsonString() ?? "null"), "a list of true and false");
            }
        }

        return ranks;
    }

    private int ReadRank(string name, JsonNode? value)
    {
        if (value is JsonValue number && number.TryGetValue<int>(out var rank))
        {
            CheckRank(name, rank);
            return rank;
        }

        _fields.Fault(name, AdapterErrors.Short(value?.ToJsonString() ?? "null"), "a whole number");
        return 1;
    }

    private double ReadAlpha(string name, JsonNode? value)
    {
        if (value?.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue<double>(out var alpha) && Math.Abs(alpha) <= 1e9)
        {
            return alpha;
        }

        _fields.Fault(name, AdapterErrors.Short(value?.ToJsonString() ?? "null"), "a number of at most 1e9");
        return 1;
    }

    private void CheckRank(string name, int rank)
    {
        if (rank is < 1 or > MostRank)
        {
            _fields.Fault(name, $"{rank}", $"1 to {MostRank}");
        }
    }

    private ModulePattern? Parsed(string name, string text, ModulePattern? pattern, string fault)
    {
        if (pattern is null)
        {
            _fields.Faults.Add($"{name}: '{AdapterErrors.Short(text)}' {fault}");
        }

        return pattern;
    }
}
