using System.Text.Json;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads the model of <c>tokenizer.json</c>: BPE, WordPiece or Unigram, its tokens and what encodes words with them.</summary>
internal sealed class JsonModel
{
    private readonly JsonElement _model;
    private readonly Vocabulary _vocabulary;
    private readonly List<float> _scores = [];

    /// <param name="model">The part <c>model</c>, an object.</param>
    /// <param name="vocabulary">Receives the tokens.</param>
    public JsonModel(JsonElement model, Vocabulary vocabulary)
    {
        _model = model;
        _vocabulary = vocabulary;
        Kind = KindOf(model, vocabulary.Source);
        if (!_model.TryGetProperty("vocab", out var tokens))
        {
            throw TokenizerErrors.WrongShape(vocabulary.Source, "model.vocab", "absent", "the tokens");
        }

        TokenCount = Kind == "Unigram" ? ReadScored(tokens) : ReadIds(tokens);
    }

    /// <summary><c>BPE</c>, <c>WordPiece</c> or <c>Unigram</c>.</summary>
    public string Kind { get; }

    /// <summary>How many tokens the model itself has.</summary>
    public int TokenCount { get; }

    /// <summary>True when characters without a token become tokens such as <c>&lt;0x0A&gt;</c>.</summary>
    public bool UsesByteTokens => Flag("byte_fallback");

    /// <summary>What tokens at the end of a word are spelled with; empty when nothing marks them.</summary>
    public string WordEnd => Kind == "BPE" ? Text("end_of_word_suffix") ?? "" : "";

    /// <summary>What encodes words; the vocabulary must know all added tokens by now.</summary>
    /// <param name="isByteLevel">True when the vocabulary is spelled in bytes.</param>
    public WordEncoder CreateEncoder(bool isByteLevel)
    {
        switch (Kind)
        {
            case "WordPiece":
                return new WordPieceEncoder(
                    _vocabulary,
                    "",
                    Continuation,
                    _model.TryGetProperty("max_input_chars_per_word", out var limit) && limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var most) ? most : 100,
                    UnknownId("[UNK]") ?? throw TokenizerErrors.InvalidVocabulary(_vocabulary.Source, "there is no unknown token", "one, such as [UNK]"));
            case "Unigram":
                // SentencePiece, whose model this is, always joins neighbouring unknown characters.
                return new UnigramEncoder(_vocabulary, Scores(), NumberedUnknown(), fusesUnknown: true, UsesByteTokens);
            default:
                RefuseUnsupportedOptions(isByteLevel);
                return isByteLevel
                    ? new ByteWordEncoder(_vocabulary, ReadMerges(), Flag("ignore_merges"), WordEnd)
                    : new CharacterWordEncoder(_vocabulary, ReadMerges(), [], [], UnknownId(null), Flag("fuse_unk"), UsesByteTokens);
        }
    }

    /// <summary>The merges of a BPE model, each two tokens with a space between them; the model must have been read.</summary>
    public IReadOnlyList<string> MergeTexts() =>
    [
        .. _model.GetProperty("merges").EnumerateArray().Select(rule =>
            rule.ValueKind == JsonValueKind.Array ? rule[0].GetString() + " " + rule[1].GetString() : rule.GetString() ?? ""),
    ];

    private static string KindOf(JsonElement model, string source)
    {
        var kind = model.TryGetProperty("type", out var name) && name.ValueKind == JsonValueKind.String
            ? JsonVocabulary.TextOf(name, source, "model.type")
            : model.TryGetProperty("merges", out _) ? "BPE"
            : model.TryGetProperty("unk_id", out _) ? "Unigram"
            : model.TryGetProperty("continuing_subword_prefix", out _) ? "WordPiece" : "one without a type";
        return kind is "WordPiece" or "Unigram" || (kind == "BPE" && model.TryGetProperty("merges", out _))
            ? kind
            : throw TokenizerErrors.UnsupportedModel(source, kind == "BPE" ? "BPE without merges" : kind);
    }

    /// <summary>What WordPiece's tokens inside a word begin with.</summary>
    public string Continuation => Text("continuing_subword_prefix") ?? "##";

    private int ReadIds(JsonElement tokens)
    {
        JsonVocabulary.AddTo(_vocabulary, tokens, "model.vocab");
        return tokens.EnumerateObject().Count();
    }

    private int ReadScored(JsonElement tokens)
    {
        if (tokens.ValueKind != JsonValueKind.Array)
        {
            throw TokenizerErrors.WrongShape(_vocabulary.Source, "model.vocab", JsonVocabulary.Describe(tokens), "an array of [token, score]");
        }

        foreach (var token in tokens.EnumerateArray())
        {
            if (token.ValueKind != JsonValueKind.Array || token.GetArrayLength() != 2 || token[1].ValueKind != JsonValueKind.Number || !float.IsFinite(token[1].GetSingle()))
            {
                throw TokenizerErrors.WrongShape(_vocabulary.Source, $"model.vocab[{_scores.Count}]", JsonVocabulary.Describe(token), "[token, score]");
            }

            _vocabulary.Add(JsonVocabulary.TextOf(token[0], _vocabulary.Source, "model.vocab"), _scores.Count);
            _scores.Add(token[1].GetSingle());
        }

        return _scores.Count;
    }

    /// <summary>The scores of a Unigram model by id; 0 for added tokens, which take no part in it.</summary>
    public List<float> Scores()
    {
        while (_scores.Count < _vocabulary.Count)
        {
            _scores.Add(0);
        }

        return _scores;
    }

    private MergeTable ReadMerges()
    {
        if (!_model.TryGetProperty("merges", out var rules) || rules.ValueKind != JsonValueKind.Array)
        {
            throw TokenizerErrors.WrongShape(_vocabulary.Source, "model.merges", JsonVocabulary.Describe(rules), "an array");
        }

        var merges = new MergeList(_vocabulary, rules.GetArrayLength());
        foreach (var rule in rules.EnumerateArray())
        {
            if (rule.ValueKind == JsonValueKind.Array && rule.GetArrayLength() == 2)
            {
                merges.Add(JsonVocabulary.TextOf(rule[0], _vocabulary.Source, "model.merges"), JsonVocabulary.TextOf(rule[1], _vocabulary.Source, "model.merges"));
            }
            else
            {
                merges.Add(JsonVocabulary.TextOf(rule, _vocabulary.Source, "model.merges"));
            }
        }

        return merges.Table;
    }

    private void RefuseUnsupportedOptions(bool isByteLevel)
    {
        foreach (var name in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (Text(name) is { Length: > 0 } text && !(isByteLevel && name == "end_of_word_suffix"))
            {
                throw TokenizerErrors.UnsupportedPart(_vocabulary.Source, $"model option {name}", text, "null, or a suffix for words spelled in bytes");
            }
        }

        if (_model.TryGetProperty("dropout", out var dropout) && dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() != 0)
        {
            throw TokenizerErrors.UnsupportedPart(_vocabulary.Source, "model option dropout", "not zero", "null or 0");
        }
    }

    /// <summary>The token for characters that nothing spells, as the model names it; null for none.</summary>
    public int? Unknown => Kind == "Unigram" ? NumberedUnknown() : UnknownId(Kind == "WordPiece" ? "[UNK]" : null);

    private int? UnknownId(string? otherwise)
    {
        if ((Text("unk_token") ?? otherwise) is not { } text)
        {
            return null;
        }

        return _vocabulary.Find(text)
            ?? throw TokenizerErrors.InvalidVocabulary(_vocabulary.Source, "the unknown token is not in the vocabulary", "a token of the vocabulary");
    }

    private int? NumberedUnknown()
    {
        if (!_model.TryGetProperty("unk_id", out var number) || number.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var id) && id >= 0 && id < _vocabulary.Count
            ? id
            : throw TokenizerErrors.InvalidVocabulary(_vocabulary.Source, "model.unk_id is no token", $"an id from 0 to {_vocabulary.Count - 1:N0}");
    }

    private string? Text(string name) => _model.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        ? JsonVocabulary.TextOf(value, _vocabulary.Source, "model." + name)
        : null;

    private bool Flag(string name) => _model.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
