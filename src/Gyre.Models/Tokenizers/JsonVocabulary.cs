using System.Text.Json;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads a JSON object that maps tokens to ids (<c>vocab.json</c>, <c>encoder.json</c>, <c>added_tokens.json</c>).</summary>
internal static class JsonVocabulary
{
    /// <summary>The largest JSON file of a tokenizer.</summary>
    public const int MaxBytes = 256 << 20;

    /// <summary>Parses a file of a tokenizer.</summary>
    /// <remarks>
    /// Names and strings of the result can be read without a guard.
    /// <para>Errors: RUN0102 when it is not JSON, or holds what is no text (half a surrogate pair, bytes that are not UTF-8).</para>
    /// </remarks>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string source)
    {
        if (UntrustedJson.FaultOf(utf8.Span) is { } fault)
        {
            throw TokenizerErrors.WrongShape(source, "the file", "JSON with " + fault, "whole characters in UTF-8");
        }

        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 64, CommentHandling = JsonCommentHandling.Disallow });
        }
        catch (JsonException exception)
        {
            throw TokenizerErrors.InvalidJson(source, exception);
        }
    }

    /// <summary>Adds every entry of a token → id object.</summary>
    public static void AddTo(Vocabulary vocabulary, JsonElement tokens, string path)
    {
        if (tokens.ValueKind != JsonValueKind.Object)
        {
            throw TokenizerErrors.WrongShape(vocabulary.Source, path, Describe(tokens), "an object of token → id");
        }

        foreach (var entry in tokens.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt64(out var id))
            {
                throw TokenizerErrors.WrongShape(vocabulary.Source, path, $"an object with a token whose id is {Describe(entry.Value)}", "whole numbers");
            }

            vocabulary.Add(entry.Name, id);
        }
    }

    /// <summary>Refuses a vocabulary that is mostly holes: RUN0106.</summary>
    public static void CheckDensity(Vocabulary vocabulary, int tokenCount)
    {
        if (vocabulary.Count == 0 || (vocabulary.Count > 100_000 && vocabulary.Count / 4 > tokenCount))
        {
            throw TokenizerErrors.InvalidVocabulary(
                vocabulary.Source, $"{tokenCount:N0} tokens have ids up to {vocabulary.Count - 1:N0}", "tokens, and ids without large holes");
        }
    }

    /// <summary>A string value, or RUN0102 when it is none.</summary>
    public static string TextOf(JsonElement element, string source, string path)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw TokenizerErrors.WrongShape(source, path, Describe(element), "a string");
        }

        return element.GetString() ?? "";
    }

    /// <summary>A JSON value in words, for messages.</summary>
    public static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => "absent",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
