using System.Text.Json;

namespace Gyre.Models.Tokenizers;

/// <summary>What a GGUF file needs of a <c>tokenizer.json</c>: merges for byte-level BPE, scores for SentencePiece BPE and Unigram, case for WordPiece.</summary>
internal static class JsonExport
{
    private const string Space = "\u2581";

    public static VocabularyExport Of(JsonElement root, JsonModel model, Vocabulary vocabulary, bool isByteLevel) => (model.Kind, isByteLevel) switch
    {
        ("BPE", true) => new VocabularyExport { Model = "gpt2", PreTokenizer = GgufPreTokenizer.NameOf(root), Merges = model.MergeTexts(), UnknownId = model.Unknown },
        ("BPE", false) => SentencePiece(root, model, vocabulary),
        ("Unigram", false) => Unigram(root, model),
        ("WordPiece", false) => WordPiece(root, model),
        _ => new VocabularyExport { Model = model.Kind, Fault = $"it is a {model.Kind} vocabulary spelled in bytes" },
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

        var text = TextRules.Of(root);
        return new VocabularyExport
        {
            Model = "llama",
            Scores = scores,
            UnknownId = model.Unknown,
            AddsSpacePrefix = text.AddsSpace,
            KeepsLeadingSpace = text.KeepsLeadingSpace,
            Fault = text.EscapesSpaces && text is { JoinsSpaces: false, Rules: null, Other: null } ? null : "it does not write spaces as SentencePiece does",
        };
    }

    /// <summary>Text is written as SentencePiece writes it; what its fast form does in other steps must come to the same.</summary>
    private static VocabularyExport Unigram(JsonElement root, JsonModel model)
    {
        var text = TextRules.Of(root);
        return new VocabularyExport
        {
            Model = "t5",
            Scores = model.Scores(),
            UnknownId = model.Unknown,
            AddsSpacePrefix = text.AddsSpace,
            KeepsLeadingSpace = text is { KeepsLeadingSpace: true, JoinsSpaces: false },
            RemovesExtraSpaces = text.JoinsSpaces,
            Charsmap = text.Rules ?? [],
            Fault = text.Other is { } other ? $"it rewrites text by {other}, which GGUF has no key for"
                : !text.EscapesSpaces ? "it does not write spaces as SentencePiece does"
                : null,
        };
    }

    private static VocabularyExport WordPiece(JsonElement root, JsonModel model)
    {
        var normalizer = Part(root, "normalizer");
        var lowers = Flag(normalizer, "lowercase", true);
        var isBert = Text(normalizer, "type") == "BertNormalizer" && Text(Part(root, "pre_tokenizer"), "type") == "BertPreTokenizer";
        return new VocabularyExport
        {
            Model = "bert",
            UnknownId = model.Unknown,
            Continuation = model.Continuation,
            LowersCase = lowers,
            StripsAccents = Flag(normalizer, "strip_accents", lowers),
            Fault = !isBert ? "it does not clean and cut text as BERT does"
                : !Flag(normalizer, "clean_text", true) || !Flag(normalizer, "handle_chinese_chars", true) ? "it keeps control characters, or leaves ideographs together, which GGUF has no key for"
                : null,
        };
    }

    private static JsonElement Part(JsonElement part, string name) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement part, string name) => Part(part, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool Flag(JsonElement part, string name, bool otherwise) => Part(part, name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => otherwise,
    };

    /// <summary>What is done to a text before SentencePiece's tokens are looked for.</summary>
    private sealed record TextRules
    {
        /// <summary>Spaces become U+2581.</summary>
        public bool EscapesSpaces { get; private set; }

        /// <summary>One goes before a text.</summary>
        public bool AddsSpace { get; private set; }

        /// <summary>None goes before a text that begins with one.</summary>
        public bool KeepsLeadingSpace { get; private set; }

        /// <summary>Runs of spaces become one.</summary>
        public bool JoinsSpaces { get; private set; }

        /// <summary>Compiled rules; null for none.</summary>
        public byte[]? Rules { get; private set; }

        /// <summary>A step of another kind; null for none.</summary>
        public string? Other { get; private set; }

        public static TextRules Of(JsonElement root)
        {
            var rules = new TextRules();
            foreach (var part in Parts(root, "normalizer", "normalizers").Concat(Parts(root, "pre_tokenizer", "pretokenizers")))
            {
                rules.Add(part);
            }

            return rules;
        }

        private void Add(JsonElement part)
        {
            switch (Text(part, "type"))
            {
                case "Prepend" when Text(part, "prepend") == Space:
                    AddsSpace = true;
                    break;
                case "Replace" when Text(part, "content") == Space && Text(Part(part, "pattern"), "String") == " ":
                    EscapesSpaces = true;
                    break;
                case "Replace" when Text(part, "content") is " " or Space && Text(Part(part, "pattern"), "Regex") == " {2,}":
                case "WhitespaceSplit":
                    JoinsSpaces = true;
                    break;
                case "Strip" when Flag(part, "strip_right", true):
                    break; // Joined spaces are none at the ends either.
                case "Precompiled" when Rules is null && Text(part, "precompiled_charsmap") is var encoded:
                    Rules = Convert.FromBase64String(encoded ?? ""); // The reader of the pipeline has checked it.
                    break;
                case "Metaspace":
                    EscapesSpaces = true;
                    KeepsLeadingSpace = Text(part, "prepend_scheme") is "always" or "first" || Flag(part, "add_prefix_space", Text(part, "prepend_scheme") is null);
                    AddsSpace |= KeepsLeadingSpace;
                    break;
                case "Split" when Text(Part(part, "pattern"), "String") == " ":
                    break; // Finds nothing once spaces are written otherwise.
                case var other:
                    Other = other ?? "an unknown step";
                    break;
            }
        }

        private static IEnumerable<JsonElement> Parts(JsonElement root, string name, string list)
        {
            var part = Part(root, name);
            return part.ValueKind != JsonValueKind.Object ? []
                : Text(part, "type") == "Sequence" && Part(part, list) is { ValueKind: JsonValueKind.Array } parts ? parts.EnumerateArray() : [part];
        }
    }
}
