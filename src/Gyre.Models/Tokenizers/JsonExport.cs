using System.Text.Json;

namespace Gyre.Models.Tokenizers;

/// <summary>What a GGUF file needs of a <c>tokenizer.json</c>: merges for byte-level BPE, scores for SentencePiece BPE.</summary>
internal static class JsonExport
{
    private const string Space = "\u2581";

    public static VocabularyExport Of(JsonElement root, JsonModel model, Vocabulary vocabulary, bool isByteLevel) => (model.Kind, isByteLevel) switch
    {
        ("BPE", true) => new VocabularyExport { Model = "gpt2", PreTokenizer = GgufPreTokenizer.NameOf(root), Merges = model.MergeTexts(), UnknownId = model.Unknown },
        ("BPE", false) => SentencePiece(root, model, vocabulary),
        _ => new VocabularyExport { Model = model.Kind, Fault = $"it is a {model.Kind} vocabulary, which decoders of GGUF files have only in SentencePiece's own form" },
    };

    /// <summary>A merge's rank becomes the score of what it makes: of the pairs that are there, the one of the best score joins first.</summary>
    private static VocabularyExport SentencePiece(JsonElement root, JsonModel model, Vocabulary vocabulary)
    {
        var scores = new float[vocabulary.Count];
        Array.Fill(scores, -vocabulary.Count);
        var merges = model.MergeTexts();
        for (var rank = 0; rank < merges.Count; rank++)
        {
            if (vocabulary.Find(merges[rank].Replace(" ", "", StringComparison.Ordinal)) is { } id && scores[id] == -vocabulary.Count)
            {
                scores[id] = -rank;
            }
        }

        var (escapes, adds) = Spaces(root);
        return new VocabularyExport
        {
            Model = "llama",
            Scores = scores,
            UnknownId = model.Unknown,
            AddsSpacePrefix = adds,
            Fault = escapes ? null : "it does not write spaces as SentencePiece does",
        };
    }

    /// <summary>Whether spaces become U+2581, and whether one goes before a text; nothing else may be done to it.</summary>
    private static (bool Escapes, bool Adds) Spaces(JsonElement root)
    {
        var (escapes, adds, others) = (false, false, false);
        foreach (var part in Parts(root, "normalizer", "normalizers").Concat(Parts(root, "pre_tokenizer", "pretokenizers")))
        {
            switch (Text(part, "type"))
            {
                case "Prepend" when Text(part, "prepend") == Space:
                    adds = true;
                    break;
                case "Replace" when Text(part, "content") == Space && part.TryGetProperty("pattern", out var pattern) && Text(pattern, "String") == " ":
                    escapes = true;
                    break;
                case "Metaspace":
                    escapes = true;
                    adds |= Text(part, "prepend_scheme") is "always" or "first" || (part.TryGetProperty("add_prefix_space", out var flag) && flag.ValueKind == JsonValueKind.True);
                    break;
                case "Split" when part.TryGetProperty("pattern", out var cut) && Text(cut, "String") == " ":
                    break; // Finds nothing once spaces are written otherwise.
                default:
                    others = true;
                    break;
            }
        }

        return (escapes && !others, adds);
    }

    private static IEnumerable<JsonElement> Parts(JsonElement root, string name, string list)
    {
        if (!root.TryGetProperty(name, out var part) || part.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        return Text(part, "type") == "Sequence" && part.TryGetProperty(list, out var parts) ? parts.EnumerateArray() : [part];
    }

    private static string? Text(JsonElement part, string name) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
