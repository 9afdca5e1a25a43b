using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Weights;

namespace Gyre.Models.Encoders;

/// <summary>How a model makes vectors, or scores, as keys of a GGUF file.</summary>
/// <remarks>
/// GGUF itself says only how tokens are pooled. What else a folder says is kept under <c>gyre.</c>, which other programs
/// pass over. A file without those keys gives vectors of length 1, as llama.cpp's own tools do, and scores from 0 to 1.
/// <para>Source: GGUF key names of llama.cpp v0.5.0.</para>
/// </remarks>
internal static class SentenceKeys
{
    private const string PoolingType = "bert.pooling_type";
    private const string Normalises = "gyre.embedding.normalize";
    private const string MaxTokens = "gyre.embedding.max_tokens";
    private const string LowerCases = "gyre.embedding.lowercase";
    private const string PromptNames = "gyre.embedding.prompt_names";
    private const string Prompts = "gyre.embedding.prompts";
    private const string DefaultPrompt = "gyre.embedding.default_prompt";
    private const string PoolsPrompt = "gyre.embedding.pools_prompt";
    private const string Logistic = "gyre.scores.logistic";
    private const int Ranks = 4;

    /// <summary>Reads a file's settings.</summary>
    /// <remarks>Errors: <c>RUN0601</c> settings that cannot be followed.</remarks>
    public static SentenceSettings Read(GgufFile file)
    {
        var metadata = file.Metadata;
        var type = metadata.TryGetInteger(PoolingType, out var value) ? value : 1;
        string[] names = metadata.TryGetStrings(PromptNames, out var foundNames) ? foundNames : [];
        string[] texts = metadata.TryGetStrings(Prompts, out var foundTexts) ? foundTexts : [];
        if (names.Length != texts.Length || names.Length > SentenceSettingsReader.MaxPrompts || names.Distinct(StringComparer.Ordinal).Count() != names.Length)
        {
            throw EncoderErrors.BadSettings(file.Path, $"{names.Length} prompt names and {texts.Length} prompts", "at most 256 different names, and as many prompts");
        }

        var preset = metadata.TryGetString(DefaultPrompt, out var name) ? name : null;
        var limit = metadata.TryGetInteger(MaxTokens, out var most) ? most : (long?)null;
        return (preset is not null && !names.Contains(preset, StringComparer.Ordinal)) || limit is < 1 or > int.MaxValue
            ? throw EncoderErrors.BadSettings(file.Path, $"{MaxTokens} {limit} or a {DefaultPrompt} without a prompt", "1 token or more, and one of the prompts' names")
            : new SentenceSettings
            {
                Pooling = type switch
                {
                    0 or 1 or Ranks => PoolingModes.Mean,
                    2 => PoolingModes.FirstToken,
                    3 => PoolingModes.LastToken,
                    _ => throw EncoderErrors.BadSettings(file.Path, $"{PoolingType} {type}", "0 to 4"),
                },
                PoolsPrompt = Flag(metadata, PoolsPrompt),
                MaxTokens = (int?)limit,
                LowerCases = metadata.TryGetBoolean(LowerCases, out var lowers) && lowers,
                Prompts = names.Zip(texts).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal),
                DefaultPrompt = preset,
                Steps = Flag(metadata, Normalises) ? [new NormaliseStep()] : [],
            };
    }

    /// <summary>Whether scores of pairs go through the logistic function.</summary>
    public static bool ScoresAreLogistic(GgufFile file) => Flag(file.Metadata, Logistic);

    /// <summary>Sets the keys for what a folder says.</summary>
    /// <returns>What the format cannot say, in words.</returns>
    public static List<string> Write(GgufWriter writer, ModelFolder folder, EncoderHead head)
    {
        if (head == EncoderHead.SequenceLabels)
        {
            writer.SetUInt32(PoolingType, Ranks).SetBoolean(Logistic, EncoderModel.ScoresAreLogistic(folder));
            return [];
        }

        var settings = Directory.Exists(folder.Path) ? SentenceSettingsReader.FromFolder(folder.Path) : new SentenceSettings();
        uint type = settings.Pooling switch
        {
            PoolingModes.Mean => 1,
            PoolingModes.FirstToken => 2,
            PoolingModes.LastToken => 3,
            _ => 0,
        };
        writer.SetUInt32(PoolingType, type)
            .SetBoolean(Normalises, settings.Steps.Count > 0)
            .SetBoolean(PoolsPrompt, settings.PoolsPrompt)
            .SetBoolean(LowerCases, settings.LowerCases);
        if (settings.MaxTokens is { } most)
        {
            writer.SetUInt32(MaxTokens, (uint)most);
        }

        if (settings.Prompts.Count > 0)
        {
            writer.SetStrings(PromptNames, [.. settings.Prompts.Keys]).SetStrings(Prompts, [.. settings.Prompts.Values]);
        }

        if (settings.DefaultPrompt is { } preset)
        {
            writer.SetString(DefaultPrompt, preset);
        }

        var faults = new List<string>();
        if (type == 0)
        {
            faults.Add($"vectors pooled as {settings.Pooling}");
        }

        if (settings.Steps.Any(step => step is not NormaliseStep))
        {
            faults.Add("a layer behind the pooling (Dense)");
        }

        return faults;
    }

    private static bool Flag(GgufMetadata metadata, string key) => !metadata.TryGetBoolean(key, out var flag) || flag;
}
