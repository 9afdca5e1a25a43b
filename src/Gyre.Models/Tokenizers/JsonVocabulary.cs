using System.Text.Json;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads a JSON object that maps tokens to ids (<c>vocab.json</c>, <c>encoder.json</c>, <c>added_tokens.json</c>).</summary>
internal static class JsonVocabulary
{
    /// <summary>The largest JSON file of a tokenizer.</summary>
    public const int MaxBytes = 256 << 20;

    /// <summary>Parses a file of a tokenizer.</summary>
    /// <remarks>Errors: RUN0102 when it is not JSON.</remarks>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string source)
    {
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

            vocabulary.Add(NameOf(entry, vocabulary.Source, path), id);
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

    /// <summary>A string value, or RUN0102 when it is no valid text (a lone surrogate escape).</summary>
    public static string TextOf(JsonElement element, string source, string path)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw TokenizerErrors.WrongShape(source, path, Describe(element), "a string");
        }

        try
        {
            return element.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw TokenizerErrors.WrongShape(source, path, "a string with half a surrogate pair", "valid text");
        }
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

    private static string NameOf(JsonProperty entry, string source, string path)
    {
        try
        {
            return entry.Name;
        }
        catch (InvalidOperationException)
        {
            throw TokenizerErrors.WrongShape(source, path, "an object with a token that holds half a surrogate pair", "valid text");
        }
    }
}
