using Gyre.Models.Tokenizers.Normalization;
using Gyre.Models.Tokenizers.Scanning;
using Gyre.Models.Weights;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads the vocabulary that a GGUF file carries: models <c>llama</c> (SentencePiece BPE), <c>gpt2</c> (byte-level BPE), <c>bert</c> (WordPiece) and <c>t5</c> (Unigram).</summary>
/// <remarks>Source: the <c>tokenizer.ggml.*</c> keys as llama.cpp writes and reads them.</remarks>
internal sealed class GgufTokenizerLoader
{
    /// <summary>No space goes before a text that begins with one. Of Gyre's own; other programs pass over it.</summary>
    public const string KeepsLeadingSpace = "gyre.tokenizer.keeps_leading_space";

    private const string Prefix = "tokenizer.ggml.";

    private readonly GgufMetadata _metadata;
    private readonly Vocabulary _vocabulary;
    private readonly string _preTokenizer;

    private GgufTokenizerLoader(GgufMetadata metadata)
    {
        _metadata = metadata;
        _preTokenizer = metadata.TryGetString(Prefix + "pre", out var name) ? name : "default";
        CheckCount("tokens", Vocabulary.MaxTokens);
        CheckCount("token_type", Vocabulary.MaxTokens);
        CheckCount("scores", Vocabulary.MaxTokens);
        CheckCount("merges", MergeList.MaxMerges);
        if (!metadata.TryGetStrings(Prefix + "tokens", out var tokens) || tokens.Length == 0)
        {
            throw TokenizerErrors.MissingMetadata(Prefix + "tokens", "the tokens");
        }

        long[] kinds = metadata.TryGetIntegers(Prefix + "token_type", out var found) ? found : [];
        if (kinds.Length != 0 && kinds.Length != tokens.Length)
        {
            throw TokenizerErrors.MissingMetadata(Prefix + "token_type", $"{tokens.Length:N0} entries, one for each token (found {kinds.Length:N0})");
        }

        _vocabulary = new Vocabulary("the GGUF file", tokens.Length);
        for (var id = 0; id < tokens.Length; id++)
        {
            _vocabulary.Add(tokens[id], id, KindOf(kinds.Length == 0 ? 1 : kinds[id], tokens[id]));
        }
    }

    /// <summary>Reads the vocabulary.</summary>
    /// <remarks>Errors: RUN0101, RUN0104, RUN0106, RUN0107, RUN0109, RUN0113.</remarks>
    public static TokenizerParts Load(GgufMetadata metadata)
    {
        if (!metadata.TryGetString(Prefix + "model", out var model))
        {
            throw TokenizerErrors.MissingMetadata(Prefix + "model", "the kind of vocabulary");
        }

        return model switch
        {
            "llama" => new GgufTokenizerLoader(metadata).SentencePiece(),
            "gpt2" => new GgufTokenizerLoader(metadata).ByteLevel(),
            "bert" => new GgufTokenizerLoader(metadata).WordPiece(),
            "t5" => new GgufTokenizerLoader(metadata).Unigram(),
            _ => throw TokenizerErrors.UnsupportedModel("the GGUF file", model),
        };
    }

    private static TokenKind KindOf(long kind, string token) => kind switch
    {
        2 => TokenKind.Unknown,
        3 => TokenKind.Control,
        4 => TokenKind.UserDefined,
        5 => TokenKind.Unused,
        6 when SentencePieceLoader.IsByteName(token) => TokenKind.Byte,
        0 or 1 => TokenKind.Normal,
        _ => throw TokenizerErrors.MissingMetadata(Prefix + "token_type", $"kinds from 0 to 6 (found {kind} for a token)"),
    };

    private float[] Scores()
    {
        if (!_metadata.TryGetFloats(Prefix + "scores", out var scores) || scores.Length != _vocabulary.Count)
        {
            throw TokenizerErrors.MissingMetadata(Prefix + "scores", $"{_vocabulary.Count:N0} scores, one for each token");
        }

        return Array.Exists(scores, float.IsNaN) ? throw TokenizerErrors.MissingMetadata(Prefix + "scores", "scores that are numbers") : scores;
    }

    private TokenizerParts SentencePiece()
    {
        var scores = Scores();
        var merges = new ScoreMerges(_vocabulary, scores);
        var addsPrefix = Flag("add_space_prefix", true);
        var removesExtraSpaces = Flag("remove_extra_whitespaces", false);
        var scheme = addsPrefix ? PrefixScheme.Always : PrefixScheme.Never;
        var unknown = Id("unknown_token_id") ?? FirstOf(TokenKind.Unknown);
        return Common(addsBegin: true) with
        {
            Bytes = SentencePieceLoader.BytesOf(_vocabulary, " \u2047 "),
            WordEncoder = new CharacterWordEncoder(
                _vocabulary,
                merges.Table,
                merges.ExtraCharacters,
                merges.UnusedParts,
                unknown,
                fusesUnknown: true,
                usesByteTokens: FirstOf(TokenKind.Byte) is not null),
            Normalizers = new NormalizerChain(
            [
                removesExtraSpaces
                    ? new SentencePieceNormalizer(null, scheme, removesExtraSpaces: true, userDefined: null)
                    : new SpaceNormalizer(scheme, Flag(KeepsLeadingSpace, false)),
            ]),
            Decoding = new DecodingRules
            {
                StrippedLeft = addsPrefix ? 1 : 0,
                StripsUntilText = removesExtraSpaces,
                InvalidBytes = InvalidBytes.EachByte,
            },
        };
    }

    private TokenizerParts Unigram()
    {
        var addsPrefix = Flag("add_space_prefix", true);
        var removesExtraSpaces = Flag("remove_extra_whitespaces", false);
        var rules = _metadata.TryGetIntegers(Prefix + "precompiled_charsmap", out var compiled)
            ? Charsmap.Read([.. compiled.Select(value => unchecked((byte)value))])
            : null;
        var scheme = addsPrefix ? PrefixScheme.Always : PrefixScheme.Never;
        var common = Common(addsBegin: false);
        return common with
        {
            Template = RobertaTemplate(common),
            Bytes = SentencePieceLoader.BytesOf(_vocabulary, " \u2047 "),
            WordEncoder = new UnigramEncoder(
                _vocabulary,
                Scores(),
                Id("unknown_token_id") ?? FirstOf(TokenKind.Unknown),
                fusesUnknown: true,
                usesByteTokens: FirstOf(TokenKind.Byte) is not null),
            Normalizers = new NormalizerChain(!Flag(KeepsLeadingSpace, false)
                ? [new SentencePieceNormalizer(rules, scheme, removesExtraSpaces, userDefined: null)]
                : rules is null ? [new SpaceNormalizer(scheme, unlessPresent: true)]
                : [new CharsmapNormalizer(rules), new SpaceNormalizer(scheme, unlessPresent: true)]),
            Decoding = new DecodingRules
            {
                StrippedLeft = addsPrefix ? 1 : 0,
                StripsUntilText = removesExtraSpaces,
                InvalidBytes = InvalidBytes.EachByte,
            },
        };
    }

    // Converters write "##ing" as "ing" and "go" as "▁go".
    private TokenizerParts WordPiece()
    {
        var unknown = Id("unknown_token_id") ?? _vocabulary.Find("[UNK]")
            ?? throw TokenizerErrors.MissingMetadata(Prefix + "unknown_token_id", "the unknown token's id");
        var first = Id("bos_token_id") ?? Id("cls_token_id") ?? _vocabulary.Find("[CLS]");
        var end = Id("eos_token_id") ?? Id("seperator_token_id") ?? _vocabulary.Find("[SEP]");
        var adds = Flag("add_eos_token", true);
        var lowers = Flag("normalizer.lowercase", true);
        return Common(addsBegin: true) with
        {
            BeginId = first,
            Prefix = Flag("add_bos_token", true) && first is { } begin ? [begin] : [],
            Bytes = SentencePieceLoader.BytesOf(_vocabulary, "[UNK]"),
            WordEncoder = new WordPieceEncoder(_vocabulary, SpaceNormalizer.Space.ToString(), "", int.MaxValue, unknown),
            Normalizers = new NormalizerChain([new BertNormalizer(cleansText: true, partsIdeographs: true, stripsAccents: Flag("normalizer.strip_accents", lowers), lowersCase: lowers)]),
            Stages = PipelineReader.BertStages(),
            Suffix = adds && end is { } last ? [last] : [],
            Template = Flag("add_bos_token", true) && adds && first is { } cls && end is { } sep ? SequenceTemplate.Bert(cls, sep) : null,
            Decoding = new DecodingRules { StrippedLeft = 1 },
        };
    }

    private TokenizerParts ByteLevel()
    {
        if (!_metadata.TryGetStrings(Prefix + "merges", out var rules))
        {
            throw TokenizerErrors.MissingMetadata(Prefix + "merges", "the merges");
        }

        var merges = new MergeList(_vocabulary, rules.Length);
        foreach (var rule in rules)
        {
            merges.Add(rule);
        }

        var common = Common(addsBegin: _preTokenizer is "llama-bpe" or "llama3" or "llama-v3" or "tekken" or "chameleon");
        return common with
        {
            Bytes = ByteLevelParts.BytesOf(_vocabulary, common.AddedTokens.Select(token => token.Id)),
            WordEncoder = new ByteWordEncoder(_vocabulary, merges.Table, PreTokenizers.TakesWholePieces(_preTokenizer)),
            Normalizers = Flag("add_space_prefix", false) ? new NormalizerChain([new PrependNormalizer(" ", unlessSpace: true)]) : new NormalizerChain([]),
            Stages = ByteLevelParts.Stages(_preTokenizer),
            Template = _preTokenizer is "roberta-bpe" or "jina-v2-es" or "jina-v2-de" or "jina-v2-code" ? RobertaTemplate(common) : null,
        };
    }

    // Encoders of this family name a separator; their pairs have it twice. Source: how converters of RoBERTa and XLM-RoBERTa write the keys.
    private SequenceTemplate? RobertaTemplate(TokenizerParts parts) =>
        Id("seperator_token_id") is { } separator && parts.Prefix is [var first] && parts.Suffix is [var last] && last == separator
            ? SequenceTemplate.Roberta(first, last)
            : null;

    private TokenizerParts Common(bool addsBegin)
    {
        var begin = Id("bos_token_id") ?? (_metadata.TypeOf(Prefix + "bos_token_id") is null && IsSentencePieceDefault(1) ? 1 : null);
        var end = Id("eos_token_id") ?? (_metadata.TypeOf(Prefix + "eos_token_id") is null && IsSentencePieceDefault(2) ? 2 : null);
        var isPhi3 = _metadata.TryGetString("general.name", out var name)
            && (name.Contains("phi-3", StringComparison.OrdinalIgnoreCase) || name.Contains("phi3", StringComparison.OrdinalIgnoreCase));
        var added = new List<AddedToken>();
        for (var id = 0; id < _vocabulary.Count; id++)
        {
            var kind = _vocabulary.KindOf(id);
            if (kind is TokenKind.Control or TokenKind.UserDefined && _vocabulary[id].Length > 0)
            {
                added.Add(new AddedToken(
                    id, _vocabulary[id], kind == TokenKind.Control, StripsRight: isPhi3 && SwallowsSpaceInPhi3(_vocabulary[id], kind)));
            }
        }

        return new TokenizerParts
        {
            Vocabulary = _vocabulary,
            Bytes = [],
            WordEncoder = null!, // Both callers replace it before the parts leave this class.
            AddedTokens = added,
            Prefix = Flag("add_bos_token", addsBegin) && begin is { } first ? [first] : [],
            Suffix = Flag("add_eos_token", false) && end is { } last ? [last] : [],
            BeginId = begin,
            EndIds = SpecialTokenNames.EndIds(
                _vocabulary,
                [end, Id("eot_token_id"), Id("eom_token_id")],
                added.Where(token => token.IsSpecial).Select(token => token.Id)),
        };
    }

    // Phi-3 was trained with chat marks that take the white space behind them; the file has no key for it.
    private static bool SwallowsSpaceInPhi3(string token, TokenKind kind) =>
        token == "</s>" || (kind == TokenKind.Control && token is not ("<unk>" or "<s>" or "<|endoftext|>"));

    private bool IsSentencePieceDefault(int id) =>
        id < _vocabulary.Count && _vocabulary.KindOf(id) == TokenKind.Control && _vocabulary[id] is "<s>" or "</s>";

    private int? FirstOf(TokenKind kind)
    {
        for (var id = 0; id < _vocabulary.Count; id++)
        {
            if (_vocabulary.KindOf(id) == kind)
            {
                return id;
            }
        }

        return null;
    }

    // Before anything is decoded: a file may claim arrays that are far larger than any vocabulary.
    private void CheckCount(string key, int limit)
    {
        if (_metadata.CountOf(Prefix + key) is { } count && count > limit)
        {
            throw TokenizerErrors.TooLarge($"the number of entries of the GGUF key '{Prefix + key}'", count, limit);
        }
    }

    private bool Flag(string key, bool otherwise) => _metadata.TryGetBoolean(key == KeepsLeadingSpace ? key : Prefix + key, out var value) ? value : otherwise;

    private int? Id(string key)
    {
        if (!_metadata.TryGetInteger(Prefix + key, out var id))
        {
            return null;
        }

        if (id == uint.MaxValue || id == -1)
        {
            return null; // How converters write "none".
        }

        return id >= 0 && id < _vocabulary.Count
            ? (int)id
            : throw TokenizerErrors.MissingMetadata(Prefix + key, $"an id from 0 to {_vocabulary.Count - 1:N0} (found {id:N0})");
    }
}
