using System.Text.Json;

namespace Gyre.Models.Tokenizers;

/// <summary>What the files beside a vocabulary say about its special tokens (<c>tokenizer_config.json</c> and others).</summary>
internal sealed record TokenizerConfiguration
{
    /// <summary>The class that the publisher's library uses, for example <c>Qwen2Tokenizer</c>; empty when unsaid.</summary>
    public string Class { get; init; } = "";

    /// <summary>The text of the token that begins a sequence; null when unsaid.</summary>
    public string? Begin { get; init; }

    /// <summary>The text of the token that ends a sequence; null when unsaid.</summary>
    public string? End { get; init; }

    /// <summary>Whether encoding adds the begin token; null when unsaid.</summary>
    public bool? AddsBegin { get; init; }

    /// <summary>Whether encoding adds the end token; null when unsaid.</summary>
    public bool? AddsEnd { get; init; }

    /// <summary>False when text after an added token gets no dummy space (the newer SentencePiece behaviour).</summary>
    public bool? IsLegacy { get; init; }

    /// <summary>Whether text is written in lower case (BERT's vocab.txt); null when unsaid.</summary>
    public bool? LowersCase { get; init; }

    /// <summary>Whether accents are dropped (BERT's vocab.txt); null when unsaid, which means as case is.</summary>
    public bool? StripsAccents { get; init; }

    /// <summary>Whether ideographs stand alone (BERT's vocab.txt); null when unsaid.</summary>
    public bool? PartsIdeographs { get; init; }

    /// <summary>Ids that the model's own configuration names as ends.</summary>
    public IReadOnlyList<int> EndIds { get; init; } = [];

    /// <summary>The begin id that the model's own configuration names.</summary>
    public int? BeginId { get; init; }

    /// <summary>Tokens declared beside the vocabulary.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Reads the files of a folder; those that are absent say nothing.</summary>
    /// <remarks>Errors: RUN0100 to RUN0102.</remarks>
    public static TokenizerConfiguration Read(string folder)
    {
        var configuration = new TokenizerConfiguration();
        foreach (var name in new[] { "config.json", "generation_config.json", "special_tokens_map.json", "tokenizer_config.json" })
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                using var document = JsonVocabulary.Parse(TokenizerFiles.Read(path, JsonVocabulary.MaxBytes), path);
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                {
                    configuration = configuration.With(document.RootElement, path);
                }
            }
        }

        return configuration;
    }

    /// <summary>One added token as tokenizer.json and tokenizer_config.json describe it.</summary>
    public static AddedToken ReadAddedToken(JsonElement token, long id, string source, string path)
    {
        if (token.ValueKind != JsonValueKind.Object || !token.TryGetProperty("content", out var content))
        {
            throw TokenizerErrors.WrongShape(source, path, JsonVocabulary.Describe(token), "an object with content");
        }

        if (id is < 0 or >= Vocabulary.MaxTokens)
        {
            throw TokenizerErrors.InvalidVocabulary(source, $"an added token has id {id:N0}", $"ids from 0 to {Vocabulary.MaxTokens - 1:N0}");
        }

        return new AddedToken(
            (int)id,
            JsonVocabulary.TextOf(content, source, path),
            Flag("special"),
            Flag("lstrip"),
            Flag("rstrip"),
            Flag("single_word"),
            Flag("normalized"));

        bool Flag(string name) => token.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
    }

    private TokenizerConfiguration With(JsonElement root, string path) => this with
    {
        Class = root.TryGetProperty("tokenizer_class", out var name) && name.ValueKind == JsonValueKind.String
            ? JsonVocabulary.TextOf(name, path, "tokenizer_class") : Class,
        Begin = Token(root, "bos_token", path) ?? Begin,
        End = Token(root, "eos_token", path) ?? End,
        AddsBegin = Boolean(root, "add_bos_token") ?? AddsBegin,
        AddsEnd = Boolean(root, "add_eos_token") ?? AddsEnd,
        LowersCase = Boolean(root, "do_lower_case") ?? LowersCase,
        StripsAccents = Boolean(root, "strip_accents") ?? StripsAccents,
        PartsIdeographs = Boolean(root, "tokenize_chinese_chars") ?? PartsIdeographs,
        IsLegacy = Boolean(root, "legacy") ?? IsLegacy,
        BeginId = root.TryGetProperty("bos_token_id", out var begin) && begin.ValueKind == JsonValueKind.Number && begin.TryGetInt32(out var id)
            ? id : BeginId,
        EndIds = [.. EndIds, .. Ids(root)],
        AddedTokens = root.TryGetProperty("added_tokens_decoder", out var added) && added.ValueKind == JsonValueKind.Object
            ? [.. added.EnumerateObject().Select(entry => ReadAddedToken(
                entry.Value, long.TryParse(entry.Name, out var parsed) ? parsed : -1, path, "added_tokens_decoder"))]
            : AddedTokens,
    };

    private static bool? Boolean(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    private static string? Token(JsonElement root, string name, string path)
    {
        if (!root.TryGetProperty(name, out var token))
        {
            return null;
        }

        return token.ValueKind switch
        {
            JsonValueKind.String => JsonVocabulary.TextOf(token, path, name),
            JsonValueKind.Object when token.TryGetProperty("content", out var content) => JsonVocabulary.TextOf(content, path, name),
            _ => null,
        };
    }

    private static IEnumerable<int> Ids(JsonElement root)
    {
        if (!root.TryGetProperty("eos_token_id", out var ids))
        {
            return [];
        }

        JsonElement[] listed = ids.ValueKind == JsonValueKind.Array ? [.. ids.EnumerateArray()] : [ids];
        return listed.Where(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out _)).Select(id => id.GetInt32());
    }
}
