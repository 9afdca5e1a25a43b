using System.Globalization;
using System.Text;
using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads a serialised SentencePiece model (<c>tokenizer.model</c>) whose algorithm is BPE or Unigram.</summary>
/// <remarks>Source: sentencepiece_model.proto (ModelProto, TrainerSpec, NormalizerSpec).</remarks>
internal sealed class SentencePieceLoader
{
    /// <summary>The largest model file.</summary>
    public const int MaxBytes = 64 << 20;

    private readonly List<float> _scores = [];
    private readonly Vocabulary _vocabulary = new("the SentencePiece model", 32_000);
    private int _algorithm = 1;
    private bool _spaceIsSuffix;
    private bool _addsPrefix = true;
    private bool _removesExtraSpaces = true;
    private string _unknownText = " \u2047 ";
    private string _beginName = "<s>";
    private string _endName = "</s>";
    private Charsmap? _charsmap;
    private byte[] _charsmapBytes = [];

    /// <summary>Reads a model.</summary>
    /// <param name="bytes">The serialised model.</param>
    /// <param name="further">Tokens that files beside the model add to it, or describe anew.</param>
    /// <remarks>Errors: RUN0101, RUN0103 to RUN0106.</remarks>
    public static TokenizerParts Load(ReadOnlySpan<byte> bytes, IReadOnlyList<AddedToken> further)
    {
        var loader = new SentencePieceLoader();
        loader.Read(bytes);
        foreach (var token in further.OrderBy(token => token.Id))
        {
            loader.Add(token);
        }

        return loader.Build([.. further]);
    }

    /// <summary>The bytes that each token of a SentencePiece vocabulary stands for.</summary>
    public static byte[][] BytesOf(Vocabulary vocabulary, string unknownText)
    {
        var bytes = new byte[vocabulary.Count][];
        for (var id = 0; id < bytes.Length; id++)
        {
            var token = vocabulary[id];
            bytes[id] = vocabulary.KindOf(id) switch
            {
                TokenKind.Byte => [byte.Parse(token.AsSpan(3, 2), NumberStyles.HexNumber)],
                TokenKind.Unknown => Encoding.UTF8.GetBytes(unknownText),
                TokenKind.Control or TokenKind.Hole => [],
                _ => Encoding.UTF8.GetBytes(token.Replace(SpaceNormalizer.Space, ' ')),
            };
        }

        return bytes;
    }

    /// <summary>True for the name of a byte token: <c>&lt;0x0A&gt;</c>.</summary>
    public static bool IsByteName(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && char.IsAsciiHexDigit(token[3]) && char.IsAsciiHexDigit(token[4]);

    private void Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            throw TokenizerErrors.TooLarge("the size in bytes of the SentencePiece model", bytes.Length, MaxBytes);
        }

        var model = new ProtobufReader(bytes);
        while (model.Next())
        {
            switch (model.Field)
            {
                case 1:
                    ReadPiece(new ProtobufReader(model.Bytes, model.BytesOrigin), model.BytesOrigin);
                    break;
                case 2:
                    ReadTrainer(new ProtobufReader(model.Bytes, model.BytesOrigin));
                    break;
                case 3:
                    ReadNormalizer(new ProtobufReader(model.Bytes, model.BytesOrigin));
                    break;
                default:
                    break; // Later fields (self-test samples, denormaliser) do not change encoding.
            }
        }

        if (_vocabulary.Count == 0)
        {
            throw TokenizerErrors.BrokenSentencePiece("found no pieces", 0);
        }
    }

    // A token of the model keeps its kind; one beyond the model's own takes no part in merging.
    private void Add(AddedToken token)
    {
        var isNew = token.Id >= _scores.Count || _vocabulary.KindOf(token.Id) == TokenKind.Hole;
        _vocabulary.Add(token.Content, token.Id, isNew ? token.IsSpecial ? TokenKind.Control : TokenKind.UserDefined : _vocabulary.KindOf(token.Id));
        while (_scores.Count < _vocabulary.Count)
        {
            _scores.Add(0);
        }
    }

    private void ReadPiece(ProtobufReader piece, long origin)
    {
        string? text = null;
        var score = 0f;
        var kind = 1UL;
        while (piece.Next())
        {
            switch (piece.Field)
            {
                case 1:
                    text = piece.Text();
                    break;
                case 2:
                    score = piece.Single;
                    break;
                case 3:
                    kind = piece.Number;
                    break;
                default:
                    break;
            }
        }

        if (string.IsNullOrEmpty(text) || float.IsNaN(score))
        {
            throw TokenizerErrors.BrokenSentencePiece("found a piece without text or without a score", origin);
        }

        TokenKind found = kind switch
        {
            1 => TokenKind.Normal,
            2 => TokenKind.Unknown,
            3 => TokenKind.Control,
            4 => TokenKind.UserDefined,
            5 => TokenKind.Unused,
            6 when IsByteName(text) => TokenKind.Byte,
            _ => throw TokenizerErrors.BrokenSentencePiece($"found a piece of kind {kind}", origin),
        };
        _vocabulary.Add(text, _vocabulary.Count, found);
        _scores.Add(score);
    }

    private void ReadTrainer(ProtobufReader trainer)
    {
        while (trainer.Next())
        {
            switch (trainer.Field)
            {
                case 3:
                    _algorithm = (int)trainer.Number;
                    break;
                case 24:
                    _spaceIsSuffix = trainer.Number != 0;
                    break;
                case 44:
                    _unknownText = trainer.Text();
                    break;
                case 46:
                    _beginName = trainer.Text();
                    break;
                case 47:
                    _endName = trainer.Text();
                    break;
                default:
                    break; // How the model was trained does not change encoding.
            }
        }
    }

    private void ReadNormalizer(ProtobufReader normalizer)
    {
        while (normalizer.Next())
        {
            switch (normalizer.Field)
            {
                case 2:
                    _charsmap = Charsmap.Read(normalizer.Bytes);
                    _charsmapBytes = normalizer.Bytes.ToArray();
                    break;
                case 3:
                    _addsPrefix = normalizer.Number != 0;
                    break;
                case 4:
                    _removesExtraSpaces = normalizer.Number != 0;
                    break;
                case 5 when normalizer.Number == 0:
                    throw TokenizerErrors.UnsupportedPart(_vocabulary.Source, "white-space escaping", "off", "on");
                default:
                    break; // The rules' name and source text; the compiled rules are what counts.
            }
        }
    }

    private TokenizerParts Build(AddedToken[] further)
    {
        if (_algorithm is not (1 or 2))
        {
            var name = _algorithm switch { 3 => "Word", 4 => "Char", _ => $"number {_algorithm}" };
            throw TokenizerErrors.UnsupportedModel(_vocabulary.Source, name);
        }

        if (_spaceIsSuffix)
        {
            throw TokenizerErrors.UnsupportedPart(_vocabulary.Source, "place of spaces", "suffix", "prefix");
        }

        var ids = Enumerable.Range(0, _vocabulary.Count).ToArray();
        var described = further.Select(token => token.Id).ToHashSet();
        var userDefined = ids.Where(id => _vocabulary.KindOf(id) == TokenKind.UserDefined && !described.Contains(id))
            .Select(id => new AddedToken(id, _vocabulary[id], IsSpecial: false, IsNormalized: true)).ToArray();
        AddedToken[] control =
        [
            .. ids.Where(id => _vocabulary.KindOf(id) == TokenKind.Control && !described.Contains(id))
                .Select(id => new AddedToken(id, _vocabulary[id], IsSpecial: true)),
            .. further.Select(token => token with { IsNormalized = false }),
        ];
        var begin = ControlId(_beginName);
        var scheme = _addsPrefix ? PrefixScheme.Always : PrefixScheme.Never;
        var matcher = AddedTokenMatcher.Create(userDefined);
        return new TokenizerParts
        {
            Vocabulary = _vocabulary,
            Bytes = BytesOf(_vocabulary, _unknownText),
            WordEncoder = CreateEncoder(ids),
            AddedTokens = [.. control, .. userDefined],
            Normalizers = new NormalizerChain(
            [
                _charsmap is null && !_removesExtraSpaces && matcher is null
                    ? new SpaceNormalizer(scheme, unlessPresent: false)
                    : new SentencePieceNormalizer(_charsmap, scheme, _removesExtraSpaces, matcher),
            ]),
            Prefix = begin is { } id ? [id] : [],
            Export = new VocabularyExport
            {
                Model = _algorithm == 1 ? "t5" : "llama",
                Scores = _scores,
                UnknownId = ids.Where(token => _vocabulary.KindOf(token) == TokenKind.Unknown).Select(token => (int?)token).FirstOrDefault(),
                AddsSpacePrefix = _addsPrefix,
                RemovesExtraSpaces = _removesExtraSpaces,
                Charsmap = _charsmapBytes,
                Fault = _algorithm == 2 && _charsmap is not null ? "it rewrites text by compiled rules, which GGUF has for Unigram only" : null,
            },
            Decoding = new DecodingRules
            {
                StrippedLeft = _addsPrefix || _removesExtraSpaces ? 1 : 0,
                StripsUntilText = _removesExtraSpaces,
                InvalidBytes = InvalidBytes.EachByte,
            },
            BeginId = begin,
            EndIds = SpecialTokenNames.EndIds(_vocabulary, [ControlId(_endName)], control.Where(token => token.IsSpecial).Select(token => token.Id)),
        };
    }

    private WordEncoder CreateEncoder(int[] ids)
    {
        var unknown = ids.Where(id => _vocabulary.KindOf(id) == TokenKind.Unknown).Select(id => (int?)id).FirstOrDefault();
        var usesBytes = ids.Any(id => _vocabulary.KindOf(id) == TokenKind.Byte);
        if (_algorithm == 1)
        {
            return new UnigramEncoder(_vocabulary, _scores, unknown, fusesUnknown: true, usesBytes, sumsInSingle: true);
        }

        var merges = new ScoreMerges(_vocabulary, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_scores));
        return new CharacterWordEncoder(_vocabulary, merges.Table, merges.ExtraCharacters, merges.UnusedParts, unknown, fusesUnknown: true, usesBytes);
    }

    private int? ControlId(string name) =>
        _vocabulary.Find(name) is { } id && _vocabulary.KindOf(id) == TokenKind.Control ? id : null;
}
