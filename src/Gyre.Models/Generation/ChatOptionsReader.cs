using System.Globalization;
using System.Text.Json;
using Gyre.Models.Constraints;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Generation;

/// <summary>Reads <see cref="ChatOptions"/>: every one of them is either obeyed or refused.</summary>
internal static class ChatOptionsReader
{
    private const string MinP = "min_p";
    private const string TypicalP = "typical_p";
    private const string RepetitionPenalty = "repetition_penalty";

    /// <summary>The options as the engine knows them.</summary>
    /// <param name="options">What the caller asks for; null asks for nothing.</param>
    /// <param name="modelName">The model's name, which may be asked for.</param>
    /// <param name="adapters">Names of its adapters, which may be asked for instead.</param>
    /// <param name="forms">Compiled schemas.</param>
    /// <remarks>Errors: RUN07xx for a schema that cannot be obeyed, RUN0306 for options that this engine cannot obey, all named at once; RUN0302 for an additional property that is no number.</remarks>
    public static GenerationOptions Read(ChatOptions? options, string modelName, IReadOnlyList<string> adapters, ConstraintCache forms)
    {
        var defaults = new GenerationOptions();
        if (options is null)
        {
            return defaults;
        }

        var refused = Refused(options, modelName, adapters).ToList();
        if (refused.Count > 0)
        {
            throw new ModelException(
                "RUN0306",
                $"Chat refused: found {string.Join(", ", refused)} among its options; expected options that this engine can obey. Leave {(refused.Count == 1 ? "it" : "them")} out.");
        }

        return defaults with
        {
            Adapter = options.ModelId == modelName ? null : options.ModelId,
            MaxTokens = options.MaxOutputTokens ?? defaults.MaxTokens,
            Temperature = options.Temperature ?? defaults.Temperature,
            TopP = options.TopP ?? defaults.TopP,
            TopK = options.TopK ?? defaults.TopK,
            FrequencyPenalty = options.FrequencyPenalty ?? defaults.FrequencyPenalty,
            PresencePenalty = options.PresencePenalty ?? defaults.PresencePenalty,
            Seed = options.Seed is { } seed ? unchecked((ulong)seed) : null,
            Stop = options.StopSequences is { } stops ? [.. stops] : [],
            MinP = Additional(options, MinP) ?? defaults.MinP,
            TypicalP = Additional(options, TypicalP) ?? defaults.TypicalP,
            RepetitionPenalty = Additional(options, RepetitionPenalty) ?? defaults.RepetitionPenalty,
            Constraint = options.ResponseFormat is ChatResponseFormatJson json ? FormOf(json.Schema, forms) : null,
        };
    }

    /// <summary>The form of a schema, or of any JSON object when there is none.</summary>
    private static Constraint FormOf(JsonElement? schema, ConstraintCache forms) =>
        forms.Get(schema?.GetRawText() ?? "", () => schema is { } element ? Constraint.FromJsonSchema(element) : Constraint.AnyJsonObject());

    private static IEnumerable<string> Refused(ChatOptions options, string modelName, IReadOnlyList<string> adapters)
    {
        if (options.ModelId is { } id && id != modelName && !adapters.Contains(id))
        {
            yield return $"ModelId '{id}' (this model is '{modelName}')";
        }

        if (options.Tools is { Count: > 0 } tools)
        {
            yield return $"Tools ({tools.Count})";
        }

        // Without tools, Auto (the same as null) and None are what happens anyway.
        if (options.ToolMode is not (null or AutoChatToolMode or NoneChatToolMode))
        {
            yield return "ToolMode " + options.ToolMode.GetType().Name;
        }

        if (options.ResponseFormat is not (null or ChatResponseFormatText or ChatResponseFormatJson))
        {
            yield return "ResponseFormat " + options.ResponseFormat.GetType().Name;
        }

#pragma warning disable MEAI001 // Experimental in this version of the library: they are read only to be refused.
        (string Name, bool IsSet)[] others =
        [
            (nameof(options.AllowMultipleToolCalls), options.AllowMultipleToolCalls is not null),
            (nameof(options.Reasoning), options.Reasoning is not null),
            (nameof(options.ConversationId), options.ConversationId is not null),
            (nameof(options.AllowBackgroundResponses), options.AllowBackgroundResponses is true),
            (nameof(options.ContinuationToken), options.ContinuationToken is not null),
            (nameof(options.RawRepresentationFactory), options.RawRepresentationFactory is not null),
        ];
#pragma warning restore MEAI001
        foreach (var (name, _) in others.Where(option => option.IsSet))
        {
            yield return name;
        }

        var unknown = options.AdditionalProperties?
            .Where(property => property is { Value: not null, Key: not (MinP or TypicalP or RepetitionPenalty) })
            .Select(property => property.Key);
        foreach (var name in unknown ?? [])
        {
            yield return $"AdditionalProperties '{name}'";
        }
    }

    /// <summary>A number among the additional properties: a number, its text, or either as JSON; null when absent.</summary>
    private static float? Additional(ChatOptions options, string name)
    {
        if (options.AdditionalProperties?.TryGetValue(name, out var value) is not true
            || value is null or JsonElement { ValueKind: JsonValueKind.Null })
        {
            return null;
        }

        var text = Convert.ToString(value, CultureInfo.InvariantCulture);
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ModelException("RUN0302", $"Generation refused: {name} is '{text}'; expected a number.");
    }
}
