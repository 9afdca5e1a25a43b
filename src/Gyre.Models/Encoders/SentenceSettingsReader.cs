using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;

namespace Gyre.Models.Encoders;

/// <summary>
/// Reads how a model makes vectors: <c>modules.json</c> and the folders it names, <c>sentence_bert_config.json</c>,
/// <c>config_sentence_transformers.json</c>.
/// </summary>
/// <remarks>
/// A folder without <c>modules.json</c> gives the mean of its tokens' vectors, as it is.
/// <para>Source: the file formats of Sentence Transformers 5.</para>
/// </remarks>
internal static class SentenceSettingsReader
{
    private const string ModulesFile = "modules.json";
    private const int MaxModules = 16;
    /// <summary>The most prompts of a model.</summary>
    public const int MaxPrompts = 256;


    private static readonly (string Field, string Name, PoolingModes Mode)[] Modes =
    [
        ("pooling_mode_cls_token", "cls", PoolingModes.FirstToken),
        ("pooling_mode_max_tokens", "max", PoolingModes.Largest),
        ("pooling_mode_mean_tokens", "mean", PoolingModes.Mean),
        ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", PoolingModes.MeanOfRoot),
        ("pooling_mode_weightedmean_tokens", "weightedmean", PoolingModes.WeightedMean),
        ("pooling_mode_lasttoken", "lasttoken", PoolingModes.LastToken),
    ];

    /// <summary>True when a folder says that it makes vectors.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, ModulesFile));

    /// <summary>Reads a folder's settings.</summary>
    /// <remarks>Errors: <c>RUN0022</c> a file that is not JSON, <c>RUN0601</c> settings that cannot be followed.</remarks>
    public static SentenceSettings FromFolder(string folder)
    {
        var settings = ReadPrompts(folder, ReadLimits(folder, new SentenceSettings()));
        return IsIn(folder) ? ReadModules(folder, settings) : settings;
    }

    private static SentenceSettings ReadLimits(string folder, SentenceSettings settings)
    {
        var path = Path.Combine(folder, "sentence_bert_config.json");
        if (!File.Exists(path))
        {
            return settings;
        }

        var fields = new ConfigurationFields(SmallFile.ReadJson(path));
        settings = settings with { MaxTokens = fields.OptionalInteger("max_seq_length"), LowerCases = fields.Boolean("do_lower_case", false) };
        if (settings.MaxTokens < 1)
        {
            fields.Fault("max_seq_length", $"{settings.MaxTokens}", "1 or more");
        }

        return fields.Faults.Count == 0 ? settings : throw EncoderErrors.BadSettings(path, string.Join(" ", fields.Faults), "a limit and a flag");
    }

    private static SentenceSettings ReadPrompts(string folder, SentenceSettings settings)
    {
        var path = Path.Combine(folder, "config_sentence_transformers.json");
        if (!File.Exists(path))
        {
            return settings;
        }

        var json = SmallFile.ReadJson(path);
        var prompts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json["prompts"] is JsonObject named && named.Count <= MaxPrompts)
        {
            foreach (var (name, value) in named)
            {
                prompts[name] = TextOf(value) ?? throw EncoderErrors.BadSettings(path, "a prompt that is not a text", "texts by name");
            }
        }
        else if (json["prompts"] is not null)
        {
            throw EncoderErrors.BadSettings(path, "prompts that are no object of at most 256 entries", "texts by name");
        }

        var preset = json["default_prompt_name"] is null ? null : TextOf(json["default_prompt_name"]);
        if (json["default_prompt_name"] is not null && (preset is null || !prompts.ContainsKey(preset)))
        {
            throw EncoderErrors.BadSettings(path, "a default_prompt_name that is not among the prompts", "one of their names, or null");
        }

        return settings with { Prompts = prompts, DefaultPrompt = preset };
    }

    private static SentenceSettings ReadModules(string folder, SentenceSettings settings)
    {
        var path = Path.Combine(folder, ModulesFile);
        var steps = new List<ISentenceStep>();
        var hasPooling = false;
        foreach (var (type, place) in ListModules(path))
        {
            var module = FolderOf(path, folder, place);
            switch (type)
            {
                case "Transformer" when place.Length == 0:
                case "Dropout":
                    break;
                case "Transformer":
                    throw EncoderErrors.BadSettings(path, $"a network in the folder '{place}'", "it beside modules.json; move its files there");
                case "Pooling" when !hasPooling:
                    settings = ReadPooling(Path.Combine(module, "config.json"), settings);
                    hasPooling = true;
                    break;
                case "Dense" when hasPooling:
                    steps.Add(DenseStep.Read(module));
                    break;
                case "Normalize" when hasPooling:
                    steps.Add(new NormaliseStep());
                    break;
                default:
                    throw EncoderErrors.BadSettings(path, $"a module '{type}' there", "Transformer, Pooling, Dense, Normalize and Dropout in this order, with one Pooling");
            }
        }

        return hasPooling ? settings with { Steps = steps } : throw EncoderErrors.BadSettings(path, "no Pooling", "one");
    }

    private static List<(string Type, string Path)> ListModules(string path)
    {
        const string Expected = "a list of at most 16 objects with 'type' and 'path'";
        JsonArray? list;
        try
        {
            // The checks on untrusted JSON are for objects.
            list = UntrustedJson.ParseObject("{\"list\":" + SmallFile.ReadText(path) + "}", maxDepth: 16)?["list"] as JsonArray;
        }
        catch (JsonException error)
        {
            throw EncoderErrors.BadSettings(path, $"text that is not JSON ({error.Message})", Expected);
        }

        if (list is null || list.Count > MaxModules)
        {
            throw EncoderErrors.BadSettings(path, list is null ? "something else than a list" : $"{list.Count} entries", Expected);
        }

        var modules = new List<(string, string)>();
        foreach (var item in list)
        {
            if (item is not JsonObject entry || TextOf(entry["type"]) is not { } type || TextOf(entry["path"] ?? "") is not { } place)
            {
                throw EncoderErrors.BadSettings(path, "an entry of another form", Expected);
            }

            type = type[(type.LastIndexOf('.') + 1)..];
            modules.Add((type.Length <= 40 ? type : type[..40] + "…", place));
        }

        return modules;
    }

    /// <summary>A module's folder, which must lie inside the model's.</summary>
    private static string FolderOf(string path, string folder, string place)
    {
        var isInside = place.Length <= 200 && !Path.IsPathRooted(place)
            && !place.Split('/', '\\').Any(part => part is ".." or ".") && place.AsSpan().IndexOfAny(Path.GetInvalidPathChars()) < 0;
        return isInside ? Path.Combine(folder, place) : throw EncoderErrors.BadSettings(path, "a path that leads out of the model's folder", "folders inside it");
    }

    private static SentenceSettings ReadPooling(string path, SentenceSettings settings)
    {
        var json = SmallFile.ReadJson(path);
        var fields = new ConfigurationFields(json);
        var modes = PoolingModes.None;
        foreach (var (field, _, mode) in Modes)
        {
            modes |= fields.Boolean(field, false) ? mode : PoolingModes.None;
        }

        if (json["pooling_mode"] is { } named)
        {
            modes = ReadNames(path, named);
        }

        if (fields.Faults.Count > 0 || modes == PoolingModes.None)
        {
            throw EncoderErrors.BadSettings(path, fields.Faults.Count > 0 ? string.Join(" ", fields.Faults) : "no pooling mode that is on", "one or more of " + string.Join(", ", Modes.Select(known => known.Field)));
        }

        settings = settings with { Pooling = modes, PoolsPrompt = fields.Boolean("include_prompt", true) };
        return fields.Faults.Count == 0 ? settings : throw EncoderErrors.BadSettings(path, string.Join(" ", fields.Faults), "include_prompt as true or false");
    }

    private static PoolingModes ReadNames(string path, JsonNode named)
    {
        var modes = PoolingModes.None;
        foreach (var item in named as JsonArray ?? [named.DeepClone()])
        {
            var name = TextOf(item);
            var found = Array.Find(Modes, known => known.Name == name);
            modes |= found.Mode != PoolingModes.None ? found.Mode : throw EncoderErrors.BadSettings(
                path, "a pooling_mode that is not known", string.Join(", ", Modes.Select(known => known.Name)));
        }

        return modes;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
