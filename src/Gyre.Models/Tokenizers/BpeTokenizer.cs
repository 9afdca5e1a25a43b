using Gyre.Models.Tokenizers.Normalization;
using Gyre.Models.Tokenizers.Scanning;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>A byte-pair tokenizer: added tokens, normalisation, pre-tokenisation, merging, and back.</summary>
/// <remarks>Immutable but for a small pool of work spaces; safe for several threads.</remarks>
internal sealed partial class BpeTokenizer : ITokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly WordEncoder _wordEncoder;
    private readonly NormalizerChain _normalizers;
    private readonly NormalizerChain _pieceNormalizers;
    private readonly SplitStage[] _stages;
    private readonly int[] _prefix;
    private readonly int[] _suffix;
    private readonly AddedTokenMatcher? _rawAll;
    private readonly AddedTokenMatcher? _rawPlain;
    private readonly AddedTokenMatcher? _normalizedAll;
    private readonly AddedTokenMatcher? _normalizedPlain;
    private readonly bool[] _isSpecial;
    private readonly byte[][] _bytes;
    private readonly DecodingRules _decoding;
    private readonly ScratchPool _pool = new();

    public BpeTokenizer(TokenizerParts parts)
    {
        _vocabulary = parts.Vocabulary;
        _wordEncoder = parts.WordEncoder;
        _normalizers = parts.Normalizers;
        _pieceNormalizers = parts.PieceNormalizers;
        _stages = [.. parts.Stages];
        _prefix = [.. parts.Prefix];
        _suffix = [.. parts.Suffix];
        _bytes = parts.Bytes;
        _decoding = parts.Decoding;
        _template = parts.Template ?? SequenceTemplate.Around(_prefix, _suffix);
        _trimsSpans = parts.TrimsSpans;
        BeginId = parts.BeginId;
        EndIds = [.. parts.EndIds.Distinct()];
        var raw = parts.AddedTokens.Where(token => !token.IsNormalized).ToArray();
        var normalized = parts.AddedTokens.Where(token => token.IsNormalized).ToArray();
        _rawAll = AddedTokenMatcher.Create(raw);
        _rawPlain = AddedTokenMatcher.Create(raw.Where(token => !token.IsSpecial));
        _normalizedAll = AddedTokenMatcher.Create(normalized);
        _normalizedPlain = AddedTokenMatcher.Create(normalized.Where(token => !token.IsSpecial));
        _isSpecial = new bool[_vocabulary.Count];
        for (var id = 0; id < _isSpecial.Length; id++)
        {
            _isSpecial[id] = _vocabulary.KindOf(id) == TokenKind.Control;
        }

        foreach (var token in parts.AddedTokens)
        {
            _isSpecial[token.Id] = token.IsSpecial;
        }
    }

    /// <inheritdoc />
    public int VocabularySize => _vocabulary.Count;

    /// <inheritdoc />
    public int? BeginId { get; }

    /// <inheritdoc />
    public IReadOnlyList<int> EndIds { get; }

    /// <inheritdoc />
    [HotPath]
    public void Encode(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens, List<int> destination)
    {
        var scratch = _pool.Rent();
        try
        {
            if (addSpecialTokens)
            {
                destination.AddRange(_prefix);
            }

            EncodeRaw(text, parseSpecialTokens, scratch, destination);
            if (addSpecialTokens)
            {
                destination.AddRange(_suffix);
            }
        }
        finally
        {
            _pool.Return(scratch);
        }
    }

    /// <inheritdoc />
    public string GetToken(int id)
    {
        CheckId(id);
        return _vocabulary[id];
    }

    /// <inheritdoc />
    public int? FindToken(string token) => _vocabulary.Find(token);

    /// <inheritdoc />
    public bool IsSpecial(int id)
    {
        CheckId(id);
        return _isSpecial[id];
    }

    /// <inheritdoc />
    public bool IsText(int id) => !IsSpecial(id) && _vocabulary.KindOf(id) is (TokenKind.Normal or TokenKind.UserDefined or TokenKind.Byte);

    private void EncodeRaw(ReadOnlySpan<char> text, bool parseSpecialTokens, EncodingScratch scratch, List<int> destination)
    {
        var matcher = parseSpecialTokens ? _rawAll : _rawPlain;
        if (matcher is null)
        {
            EncodePart(text, isFirst: true, parseSpecialTokens, scratch, destination);
            return;
        }

        for (var from = 0; from < text.Length;)
        {
            var token = matcher.Next(text, from, out var start, out var end);
            EncodePart(text[from..start], isFirst: from == 0, parseSpecialTokens, scratch, destination);
            if (token is not null)
            {
                destination.Add(token.Id);
            }

            from = end;
        }
    }

    private void EncodePart(
        ReadOnlySpan<char> text, bool isFirst, bool parseSpecialTokens, EncodingScratch scratch, List<int> destination)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (!_normalizers.IsEmpty)
        {
            text = _normalizers.Apply(text, isFirst, scratch.First, scratch.Second);
        }

        var matcher = parseSpecialTokens ? _normalizedAll : _normalizedPlain;
        if (matcher is null)
        {
            EncodePlain(text, isFirst, parseSpecialTokens, scratch, destination);
            return;
        }

        for (var from = 0; from < text.Length;)
        {
            var token = matcher.Next(text, from, out var start, out var end);
            EncodePlain(text[from..start], isFirst && from == 0, parseSpecialTokens, scratch, destination);
            if (token is not null)
            {
                destination.Add(token.Id);
            }

            from = end;
        }
    }

    private void EncodePlain(ReadOnlySpan<char> text, bool isFirst, bool dropsMarks, EncodingScratch scratch, List<int> destination)
    {
        if (dropsMarks && text.Contains(LiteralText.Mark))
        {
            text = LiteralText.Unmark(text.ToString());
        }

        if (!text.IsEmpty && !_pieceNormalizers.IsEmpty)
        {
            text = _pieceNormalizers.Apply(text, isFirst, scratch.Third, scratch.Fourth);
        }

        EncodePieces(text, 0, scratch, destination);
    }

    [HotPath]
    private void EncodePieces(ReadOnlySpan<char> text, int stage, EncodingScratch scratch, List<int> destination)
    {
        if (stage == _stages.Length)
        {
            if (!text.IsEmpty)
            {
                _wordEncoder.Encode(text, scratch, destination);
            }

            return;
        }

        var position = 0;
        var isLast = stage == _stages.Length - 1;
        while (_stages[stage].Next(text, ref position, out var start, out var end))
        {
            if (isLast)
            {
                _wordEncoder.Encode(text[start..end], scratch, destination);
            }
            else
            {
                EncodePieces(text[start..end], stage + 1, scratch, destination);
            }
        }
    }

    private void CheckId(int id)
    {
        if ((uint)id >= (uint)_vocabulary.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"Expected a token id from 0 to {_vocabulary.Count - 1}.");
        }
    }
}
