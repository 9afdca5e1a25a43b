using System.Globalization;
using System.Text.Json;
using Gyre.Models.Constraints;
using Gyre.Models.Tools;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Generation;

/// <summary>Reads <see cref="ChatOptions"/>: every one of them is either obeyed or refused.</summary>
internal static class ChatOptionsReader
{
    private const string MinP = "min_p";
    private const string TypicalP = "typical_p";
    private const string RepetitionPenalty = "repetition_penalty";

    /// <summary>The options as the engine knows them, and the functions that the answer may call.</summary>
    /// <param name="options">What the caller asks for; null asks for nothing.</param>
    /// <param name="model">What answers; its name, or that of one of its adapters, may be asked for.</param>
    /// <remarks>Errors: RUN07xx for a schema that cannot be obeyed, RUN0306 for options that this engine cannot obey, all named at once; RUN0302 for an additional property that is no number.</remarks>
    public static (GenerationOptions Options, ToolUse Tools) Read(ChatOptions? options, LanguageModel model)
    {
        var defaults = new GenerationOptions();
        if (options is null)
        {
            return (defaults, ToolUse.None);
        }

        var refused = Refused(options, model).ToList();
        var tools = ChatToolsReader.Read(options, refused);
        if (refused.Count > 0)
        {
            throw new ModelException(
                "RUN0306",
                $"Chat refused: found {string.Join(", ", refused)} among its options; expected options that this engine can obey. Leave {(refused.Count == 1 ? "it" : "them")} out.");
        }

        var read = Read(options, model, defaults);
        var format = options.ResponseFormat is ChatResponseFormatJson json ? FormatOf(json.Schema) : null;
        return (read with { Constraint = model.Constrain(tools, format, Unenforceable) }, tools);
    }

    private static GenerationOptions Read(ChatOptions options, LanguageModel model, GenerationOptions defaults) => defaults with
    {
        Adapter = options.ModelId == model.Name ? null : options.ModelId,
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
    };

    /// <summary>The form of a schema, or of any JSON object when there is none.</summary>
    private static AnswerFormat FormatOf(JsonElement? schema) => schema is { } element
        ? new AnswerFormat("schema " + element.GetRawText(), nameof(ChatOptions.ResponseFormat), () => Constraint.FromJsonSchema(element))
        : new AnswerFormat("json", nameof(ChatOptions.ResponseFormat), () => Constraint.AnyJsonObject());

    private static ModelException Unenforceable(string place, ModelException error) =>
        new(error.Code, $"Chat refused: {place} cannot be enforced. {error.Message}", error);

    private static IEnumerable<string> Refused(ChatOptions options, LanguageModel model)
    {
        if (options.ModelId is { } id && id != model.Name && !model.Decoder.Adapters.Contains(id))
        {
            yield return $"ModelId '{id}' (this model is '{model.Name}')";
        }

        if (options.ResponseFormat is not (null or ChatResponseFormatText or ChatResponseFormatJson))
        {
            yield return "ResponseFormat " + options.ResponseFormat.GetType().Name;
        }

#pragma warning disable MEAI001 // Experimental in this version of the library: they are read only to be refused.
        (string Name, bool IsSet)[] others =
        [
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
