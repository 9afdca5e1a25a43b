using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Generation;
using Gyre.Models.Weights;

namespace Gyre.Models.SequenceToSequence;

/// <summary>How a model that answers sources wants to be run: its own search and its own rules. Immutable.</summary>
/// <remarks>
/// Source: <c>generation_config.json</c>; where a folder has none, the fields of the same names in <c>config.json</c>, as
/// the reference implementation reads them. Lengths there count the start token, lengths here do not.
/// </remarks>
public sealed record SequenceToSequenceSettings
{
    /// <summary>An answer's limit where neither file names one.</summary>
    private const int DefaultMaxTokens = 256;

    /// <summary>Where a GGUF file keeps them: the fields of generation_config.json that are read here, as JSON. Other programs pass over it.</summary>
    private const string GgufKey = "gyre.generation_config";

    private const int MaxJsonDepth = 16;

    private static readonly string[] Fields =
    [
        "decoder_start_token_id", "eos_token_id", "forced_bos_token_id", "forced_eos_token_id", "bad_words_ids", "no_repeat_ngram_size", "min_new_tokens",
        "min_length", "early_stopping", "max_new_tokens", "max_length", "num_beams", "length_penalty",
    ];

    /// <summary>What the decoder reads first.</summary>
    public required int StartTokenId { get; init; }

    /// <summary>The ids that end an answer.</summary>
    public required IReadOnlyList<int> EndIds { get; init; }

    /// <summary>The model's own search, with its rules; one beam is greedy.</summary>
    public required BeamSearchOptions Search { get; init; }

    /// <summary>Reads the settings of a folder.</summary>
    /// <param name="folder">The model's files.</param>
    /// <param name="configuration">The model's configuration.</param>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0022 for a file that is no JSON object, RUN0401 for faulty values (all named).</remarks>
    public static SequenceToSequenceSettings Read(ModelFolder folder, EncoderDecoderConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(configuration);
        var path = PathOf(folder);
        return Read(SmallFile.ReadJson(path), path, configuration);
    }

    /// <summary>Reads the settings of a GGUF file; those that it does not say are the usual ones.</summary>
    /// <remarks>Errors: as <see cref="Read(ModelFolder, EncoderDecoderConfiguration)"/>.</remarks>
    internal static SequenceToSequenceSettings Read(GgufFile file, EncoderDecoderConfiguration configuration)
    {
        const string Expected = "a JSON object";
        if (!file.Metadata.TryGetString(GgufKey, out var text))
        {
            return Read([], file.Path, configuration);
        }

        try
        {
            return Read(UntrustedJson.ParseObject(text, MaxJsonDepth) ?? throw CatalogErrors.Malformed(file.Path, $"{GgufKey} is not one", Expected), file.Path, configuration);
        }
        catch (JsonException error)
        {
            throw CatalogErrors.Malformed(file.Path, $"{GgufKey} is not valid JSON", Expected, error);
        }
    }

    /// <summary>Keeps a folder's settings among a GGUF file's keys.</summary>
    internal static void WriteKeys(GgufWriter writer, ModelFolder folder)
    {
        var json = SmallFile.ReadJson(PathOf(folder));
        writer.SetString(GgufKey, new JsonObject(Fields.Where(field => json[field] is not null).Select(field => KeyValuePair.Create(field, json[field]?.DeepClone()))).ToJsonString());
    }

    private static string PathOf(ModelFolder folder) => folder.GenerationConfigPath ?? folder.ConfigPath!; // A safetensors model has config.json.

    private static SequenceToSequenceSettings Read(JsonObject json, string path, EncoderDecoderConfiguration configuration)
    {
        var fields = new ConfigurationFields(json);
        var ends = fields.Integers("eos_token_id");
        var settings = new SequenceToSequenceSettings
        {
            StartTokenId = fields.Integer("decoder_start_token_id", configuration.StartTokenId),
            EndIds = [.. ends.Concat(configuration.EndTokenIds).Distinct()],
            Search = ReadSearch(fields, json) with
            {
                Rules = new AnswerRules
                {
                    ForcedBeginId = fields.OptionalInteger("forced_bos_token_id"),
                    ForcedEndIds = fields.Integers("forced_eos_token_id"),
                    BadWords = ReadBadWords(fields, json),
                    NoRepeatNgramSize = fields.Integer("no_repeat_ngram_size", 0),
                    MinTokens = fields.OptionalInteger("min_new_tokens") ?? Math.Max(0, fields.Integer("min_length", 0) - 1),
                },
            },
        };
        var faults = fields.Faults.Concat(settings.Search.Validate()).ToList();
        if (settings.StartTokenId < 0 || settings.StartTokenId >= configuration.VocabularySize)
        {
            faults.Add($"decoder_start_token_id is {settings.StartTokenId}; expected 0 to {configuration.VocabularySize - 1}.");
        }

        if (settings.Search.Rules is { NoRepeatNgramSize: < 0 } or { MinTokens: < 0 })
        {
            faults.Add("no_repeat_ngram_size or min_new_tokens is negative; expected 0 (off) or more.");
        }

        return faults.Count == 0 ? settings : throw HuggingFaceConfiguration.Faulty(faults, path);
    }

    private static BeamSearchOptions ReadSearch(ConfigurationFields fields, JsonObject json)
    {
        var isPatient = json["early_stopping"] is JsonValue value && value.TryGetValue<string>(out var text) && text == "never";
        var limit = fields.OptionalInteger("max_new_tokens")
            ?? (fields.OptionalInteger("max_length") is { } length ? Math.Max(1, length - 1) : DefaultMaxTokens);
        return new BeamSearchOptions
        {
            Beams = fields.Integer("num_beams", 1),
            MaxTokens = limit,
            LengthPenalty = (float)fields.Number("length_penalty", 1),
            StopsEarly = !isPatient && fields.Boolean("early_stopping", false),
            IsPatient = isPatient,
        };
    }

    private static List<IReadOnlyList<int>> ReadBadWords(ConfigurationFields fields, JsonObject json)
    {
        var words = new List<IReadOnlyList<int>>();
        if (json["bad_words_ids"] is not { } node)
        {
            return words;
        }

        foreach (var item in node as JsonArray ?? [])
        {
            if (item is not JsonArray { Count: > 0 } word || word.Any(id => id is not JsonValue value || !value.TryGetValue<int>(out _)))
            {
                fields.Faults.Add("bad_words_ids holds something else; expected lists of token ids.");
                return words;
            }

            words.Add([.. word.Select(id => (int)id!)]); // Looked at before.
        }

        if (node is not JsonArray)
        {
            fields.Faults.Add("bad_words_ids is no list; expected lists of token ids.");
        }

        return words;
    }
}
