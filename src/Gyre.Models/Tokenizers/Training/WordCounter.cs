using System.Runtime.InteropServices;
using Gyre.Models.Tokenizers.Normalization;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>Counts the pre-tokenised pieces of a corpus, normalised and cut as the trained tokenizer will do it.</summary>
internal sealed class WordCounter
{
    /// <summary>The most UTF-16 units that all different pieces may have together.</summary>
    public const long MaxUnits = 1L << 28;

    // A text without places to cut is cut after so many units, between characters.
    private const int MaxPieceUnits = 4096;

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly AddedTokenMatcher? _specialTokens;
    private readonly NormalizerChain _normalizers;
    private readonly NormalizerChain _pieceNormalizers;
    private readonly SplitStage[] _stages;
    private readonly CharBuffer[] _buffers = [new(), new(), new(), new()];
    private long _units;

    public WordCounter(IReadOnlyList<string> specialTokens, NormalizerChain normalizers, NormalizerChain pieceNormalizers, IReadOnlyList<SplitStage> stages)
    {
        _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        _specialTokens = AddedTokenMatcher.Create(specialTokens.Select((token, id) => new AddedToken(id, token, IsSpecial: true)));
        _normalizers = normalizers;
        _pieceNormalizers = pieceNormalizers;
        _stages = [.. stages];
    }

    /// <summary>UTF-16 units read.</summary>
    public long Characters { get; private set; }

    /// <summary>The different pieces, in the order in which they first occurred, with their counts.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts the pieces of one document.</summary>
    /// <remarks>Errors: RUN0123 when the different pieces have more than <see cref="MaxUnits"/> units together.</remarks>
    public void Add(ReadOnlySpan<char> text)
    {
        Characters += text.Length;
        for (var from = 0; from < text.Length;)
        {
            var start = text.Length;
            var end = text.Length;
            _specialTokens?.Next(text, from, out start, out end);
            var part = text[from..start];
            if (!part.IsEmpty)
            {
                part = _normalizers.Apply(part, from == 0, _buffers[0], _buffers[1]);
            }

            if (!part.IsEmpty)
            {
                Cut(_pieceNormalizers.Apply(part, from == 0, _buffers[2], _buffers[3]), 0);
            }

            from = end;
        }
    }

    private void Cut(ReadOnlySpan<char> text, int stage)
    {
        if (stage == _stages.Length)
        {
            Count(text);
            return;
        }

        var position = 0;
        while (_stages[stage].Next(text, ref position, out var start, out var end))
        {
            Cut(text[start..end], stage + 1);
        }
    }

    private void Count(ReadOnlySpan<char> piece)
    {
        while (!piece.IsEmpty)
        {
            var length = Math.Min(piece.Length, MaxPieceUnits);
            length -= length < piece.Length && char.IsHighSurrogate(piece[length - 1]) ? 1 : 0;
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_lookup, piece[..length], out var isKnown);
            count++;
            _units += isKnown ? 0 : length;
            if (_units > MaxUnits)
            {
                throw TokenizerErrors.CorpusTooVaried(MaxUnits);
            }

            piece = piece[length..];
        }
    }
}
