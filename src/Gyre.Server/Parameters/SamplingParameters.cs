using System.Globalization;
using System.Text.Json;
using Gyre.Models.Generation;
using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameters that every generating endpoint shares, and how they become <see cref="GenerationOptions"/>.</summary>
internal static class SamplingParameters
{
    public const int MaxStops = 16;
    public const int MaxLogitBiases = 1024;

    /// <summary>What 0 means: so little that one token reaches it.</summary>
    private const float LeastTopP = 1e-6f;

    public static IReadOnlyList<RequestParameter> Rows { get; } =
    [
        new("temperature", Supported, """{"type":["number","null"],"minimum":0,"maximum":2,"default":1}""", "Randomness; 0 always takes the most likely token. 0 to 2, default 1 or the alias's."),
        new("top_p", Supported, """{"type":["number","null"],"minimum":0,"maximum":1,"default":1}""", "Keeps the smallest set of tokens whose probability reaches this; 0 keeps the most likely one. 0 to 1, default 1 or the alias's."),
        new("top_k", Extension, """{"type":["integer","null"],"minimum":-1,"default":0}""", "Keeps the k most likely tokens; 0 or -1 keeps all."),
        new("min_p", Extension, """{"type":["number","null"],"minimum":0,"maximum":1,"default":0}""", "Drops tokens less likely than this share of the most likely one."),
        new("typical_p", Extension, """{"type":["number","null"],"exclusiveMinimum":0,"maximum":1,"default":1}""", "Keeps the tokens of most typical information until their probability reaches this."),
        new("repetition_penalty", Extension, """{"type":["number","null"],"exclusiveMinimum":0,"maximum":10,"default":1}""", "Makes tokens already seen less likely; 1 changes nothing."),
        new("frequency_penalty", Supported, """{"type":["number","null"],"minimum":-2,"maximum":2,"default":0}""", "Lowers a token's logit per earlier occurrence in the answer."),
        new("presence_penalty", Supported, """{"type":["number","null"],"minimum":-2,"maximum":2,"default":0}""", "Lowers a token's logit once it occurs in the answer."),
        new("logit_bias", Supported, """{"type":["object","null"],"additionalProperties":{"type":"number","minimum":-100,"maximum":100}}""", "Adds to the logits of tokens, by id; -100 forbids, 100 forces. At most 1,024 entries."),
        new("seed", Supported, """{"type":["integer","null"],"format":"int64"}""", "Fixes the sampled answer: equal seeds and requests give equal answers. Choice i uses seed + i."),
        new("stop", Supported, """{"anyOf":[{"type":"null"},{"type":"string","minLength":1},{"type":"array","maxItems":16,"items":{"type":"string","minLength":1}}]}""", "One or up to 16 texts at which the answer ends; they are not part of it."),
        new("ignore_eos", Extension, """{"type":["boolean","null"],"default":false}""", "Continues past end tokens until the token limit."),
    ];

    /// <summary>Reads the shared parameters over the alias's own.</summary>
    public static GenerationOptions Read(RequestReader reader, GenerationOptions defaults, int vocabularySize) => defaults with
    {
        Temperature = reader.ReadNumber("temperature", 0, 2) ?? defaults.Temperature,
        TopP = reader.ReadNumber("top_p", 0, 1) is { } topP ? AtLeastOne(topP) : defaults.TopP,
        TopK = reader.ReadInteger("top_k", -1, int.MaxValue) is { } topK ? (int)Math.Max(topK, 0) : defaults.TopK,
        MinP = reader.ReadNumber("min_p", 0, 1) ?? defaults.MinP,
        TypicalP = reader.ReadNumber("typical_p", 0, 1, excludesMinimum: true) ?? defaults.TypicalP,
        RepetitionPenalty = reader.ReadNumber("repetition_penalty", 0, 10, excludesMinimum: true) ?? defaults.RepetitionPenalty,
        FrequencyPenalty = reader.ReadNumber("frequency_penalty", -2, 2) ?? defaults.FrequencyPenalty,
        PresencePenalty = reader.ReadNumber("presence_penalty", -2, 2) ?? defaults.PresencePenalty,
        LogitBias = ReadLogitBias(reader, vocabularySize) ?? defaults.LogitBias,
        Seed = reader.ReadInteger("seed", long.MinValue, long.MaxValue) is { } seed ? unchecked((ulong)seed) : defaults.Seed,
        Stop = ReadStop(reader) ?? defaults.Stop,
        IgnoreEnd = reader.ReadBoolean("ignore_eos") ?? defaults.IgnoreEnd,
    };

    /// <summary>A share of the probability that keeps one token at least.</summary>
    public static float AtLeastOne(float topP) => Math.Max(topP, LeastTopP);

    private static IReadOnlyList<string>? ReadStop(RequestReader reader)
    {
        if (!reader.TryGet("stop", out _))
        {
            return null;
        }

        var stops = reader.ReadTexts("stop", MaxStops);
        if (stops.Any(stop => stop.Length == 0))
        {
            reader.Faults.Add(RequestReader.OutOfRange, "stop", "'stop' holds an empty text; expected texts of one character or more.");
        }

        return stops.Count > 0 ? stops : null;
    }

    private static Dictionary<int, float>? ReadLogitBias(RequestReader reader, int vocabularySize)
    {
        if (reader.ReadObject("logit_bias", out var found) is null)
        {
            return null;
        }

        var biases = new Dictionary<int, float>();
        foreach (var property in found.EnumerateObject())
        {
            if (biases.Count == MaxLogitBiases)
            {
                reader.Faults.Add(RequestReader.OutOfRange, "logit_bias", $"'logit_bias' has more than {MaxLogitBiases:N0} entries; expected at most that.");
                break;
            }

            if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id >= vocabularySize)
            {
                reader.Faults.Add(RequestReader.OutOfRange, "logit_bias", $"'logit_bias' names a token that this model does not have; expected ids 0 to {vocabularySize - 1}.");
            }
            else if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetDouble(out var bias))
            {
                reader.AddWrongType($"logit_bias.{id}", property.Value, "a number");
            }
            else if (bias is < -100 or > 100)
            {
                reader.Faults.Add(RequestReader.OutOfRange, $"logit_bias.{id}", $"'logit_bias.{id}' is {property.Value.GetRawText()}; expected -100 to 100.");
            }
            else
            {
                biases[id] = (float)bias;
            }
        }

        return biases.Count > 0 ? biases : null;
    }
}
