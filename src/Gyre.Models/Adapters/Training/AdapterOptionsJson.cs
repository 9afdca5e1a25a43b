using System.Text.Json.Nodes;
using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters.Training;

/// <summary>Says options as PEFT's <c>adapter_config.json</c>, so that one reader checks both.</summary>
/// <remarks>Source: the configuration classes of PEFT 0.13.</remarks>
internal static class AdapterOptionsJson
{
    /// <summary>Usual targets, the first of which all are there; the ends of those whose inputs are scaled stand behind the bar.</summary>
    private static readonly string[][] UsualProducts =
        [["q_proj", "v_proj"], ["c_attn"], ["query_key_value"], ["qkv_proj"], ["query", "value"], ["q_lin", "v_lin"], ["q", "v"]];

    private static readonly (string[] Targets, string FeedForward)[] UsualFactors =
    [
        (["k_proj", "v_proj", "down_proj"], "down_proj"),
        (["k_proj", "v_proj", "fc2"], "fc2"),
        (["q_proj", "v_proj", "c_proj"], "c_proj"),
        (["c_attn", "mlp.c_proj"], "mlp.c_proj"),
        (["query_key_value", "dense_4h_to_h"], "dense_4h_to_h"),
        (["qkv_proj", "down_proj"], "down_proj"),
        (["key", "value", "output.dense"], "output.dense"),
        (["k", "v", "wo"], "wo"),
    ];

    public static JsonObject Of(AdapterOptions options, AdaptedBase model)
    {
        var json = new JsonObject
        {
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = options.BaseModel,
            ["inference_mode"] = true,
            ["peft_type"] = options.Method switch
            {
                AdapterMethod.Lora => "LORA",
                AdapterMethod.AdaLora => "ADALORA",
                AdapterMethod.Ia3 => "IA3",
                AdapterMethod.PromptTuning => "PROMPT_TUNING",
                AdapterMethod.PTuning => "P_TUNING",
                AdapterMethod.PrefixTuning => "PREFIX_TUNING",
                _ => throw new ArgumentOutOfRangeException(nameof(options), options.Method, "Create an adapter: expected one of the named methods."),
            },
            ["revision"] = null,
            ["task_type"] = model.TaskType,
        };
        switch (options.Method)
        {
            case AdapterMethod.Lora or AdapterMethod.AdaLora:
                AddModules(json, options, model, isScaling: false);
                AddProduct(json, options);
                break;
            case AdapterMethod.Ia3:
                AddModules(json, options, model, isScaling: true);
                json["init_ia3_weights"] = true;
                break;
            default:
                SoftPromptJson.Add(json, options, model);
                break;
        }

        return json;
    }

    private static void AddProduct(JsonObject json, AdapterOptions options)
    {
        json["r"] = options.Rank;
        json["lora_alpha"] = options.Alpha;
        json["lora_dropout"] = options.Dropout;
        json["bias"] = options.Biases switch { AdapterBiases.All => "all", AdapterBiases.Adapted => "lora_only", _ => "none" };
        json["init_lora_weights"] = true;
        json["rank_pattern"] = new JsonObject(options.RankPattern.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        json["alpha_pattern"] = new JsonObject(options.AlphaPattern.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        json["use_rslora"] = options.IsRankStabilised;
        json["use_dora"] = options.HasMagnitudes;
        if (options.Method == AdapterMethod.AdaLora)
        {
            json["init_r"] = options.Budget.InitialRank;
            json["target_r"] = options.Budget.TargetRank;
            json["total_step"] = options.Budget.Steps;
            json["tinit"] = options.Budget.Warmup;
            json["tfinal"] = options.Budget.Settling;
            json["deltaT"] = options.Budget.Interval;
            json["beta1"] = options.Budget.ImportanceDecay;
            json["beta2"] = options.Budget.UncertaintyDecay;
            json["orth_reg_weight"] = options.Budget.Orthogonality;
            json["rank_pattern"] = null;
        }
    }

    private static void AddModules(JsonObject json, AdapterOptions options, AdaptedBase model, bool isScaling)
    {
        var (targets, feedForward) = (options.Targets, options.FeedForward);
        if (targets.Count == 0 && options.TargetPattern is null)
        {
            (targets, feedForward) = isScaling ? Factors(model) : (Products(model), feedForward);
        }

        json["target_modules"] = options.TargetPattern is { } pattern ? pattern
            : targets is [var only] && only.Equals("all-linear", StringComparison.OrdinalIgnoreCase) ? "all-linear"
            : Names(targets);
        if (options.Excluded.Count > 0)
        {
            json["exclude_modules"] = Names(options.Excluded);
        }

        json["layers_to_transform"] = options.Layers.Count == 0 ? null : new JsonArray([.. options.Layers.Select(layer => (JsonNode)layer)]);
        json["layers_pattern"] = null;
        json["modules_to_save"] = (options.Saved ?? model.Heads) is { Count: > 0 } saved ? Names(saved) : null;
        json["fan_in_fan_out"] = model.Modules.Any(module => module.IsTransposed);
        if (isScaling)
        {
            json["feedforward_modules"] = Names(feedForward);
        }
    }

    private static JsonArray Names(IReadOnlyList<string> names) => new([.. names.Select(name => (JsonNode)name)]);

    private static IReadOnlyList<string> Products(AdaptedBase model) => UsualProducts.FirstOrDefault(model.HasAll) ?? [];

    private static (IReadOnlyList<string> Targets, IReadOnlyList<string> FeedForward) Factors(AdaptedBase model)
    {
        var usual = UsualFactors.FirstOrDefault(pair => model.HasAll(pair.Targets));
        return usual.Targets is null ? ([], []) : (usual.Targets, [usual.FeedForward]);
    }
}
