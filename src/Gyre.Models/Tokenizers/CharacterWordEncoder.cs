using System.Text;
using Gyre.Models.Tokenizers.Normalization;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>SentencePiece BPE: a piece begins as its characters; those without a token become bytes or the unknown token.</summary>
/// <remarks>A piece is usually a whole text; it is cut where no merge can cross (<see cref="SafeCuts"/>).</remarks>
internal sealed class CharacterWordEncoder : WordEncoder
{
    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly Dictionary<int, int> _symbols = [];
    private readonly int[] _fallback;
    private readonly int[] _byteIds = new int[256];
    private readonly bool _hasByteTokens = true;
    private readonly int? _unknownId;
    private readonly bool _fusesUnknown;
    private readonly SafeCuts _cuts;
    private readonly Dictionary<int, int[]> _unusedParts = [];
    private readonly int _idsPerSymbol = 4;

    /// <param name="vocabulary">The tokens; U+2581 stands for a space.</param>
    /// <param name="merges">The ranked pairs over token ids and the ids of <paramref name="extraCharacters"/>.</param>
    /// <param name="extraCharacters">
    /// Characters that occur in tokens without being tokens; the i-th has symbol <c>vocabulary.Count + i</c>.
    /// </param>
    /// <param name="unusedParts">How a token that encoding never gives is taken apart again.</param>
    /// <param name="unknownId">The token for characters that nothing spells.</param>
    /// <param name="fusesUnknown">Gives one unknown token for a run of such characters.</param>
    /// <param name="usesByteTokens">Spells characters without a token by <c>&lt;0xNN&gt;</c> tokens where the vocabulary has them.</param>
    public CharacterWordEncoder(
        Vocabulary vocabulary,
        MergeTable merges,
        IReadOnlyList<int> extraCharacters,
        Dictionary<int, (int Left, int Right)> unusedParts,
        int? unknownId,
        bool fusesUnknown,
        bool usesByteTokens)
    {
        _vocabulary = vocabulary;
        _merges = merges;
        _unknownId = unknownId;
        _fusesUnknown = fusesUnknown;
        _fallback = [.. extraCharacters];
        for (var value = 0; value < 256; value++)
        {
            _byteIds[value] = usesByteTokens && vocabulary.Find($"<0x{value:X2}>") is { } id ? id : -1;
            _hasByteTokens &= _byteIds[value] >= 0;
        }

        _cuts = new SafeCuts(joinsUnknown: !_hasByteTokens && fusesUnknown);
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.KindOf(id) is TokenKind.Normal or TokenKind.Unused)
            {
                Learn(vocabulary[id], id);
            }
        }

        foreach (var unused in unusedParts.Keys)
        {
            var parts = new List<int>();
            TakeApart(unused, unusedParts, parts);
            _unusedParts.Add(unused, [.. parts]);
            _idsPerSymbol = Math.Max(_idsPerSymbol, parts.Count * 4);
        }

        for (var i = 0; i < extraCharacters.Count; i++)
        {
            _symbols.TryAdd(extraCharacters[i], vocabulary.Count + i);
        }
    }

    [HotPath]
    public override void Encode(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination)
    {
        for (var start = 0; start < piece.Length;)
        {
            var end = _cuts.PartEnd(piece, start);
            EncodeCached(piece[start..end], scratch, destination);
            start = end;
        }
    }

    public override void EncodeWithSpans(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination, List<TextSpan> spans)
    {
        for (var start = 0; start < piece.Length;)
        {
            var end = _cuts.PartEnd(piece, start);
            var at = start;
            var afterUnknown = false;
            foreach (var symbol in Merge(piece[start..end], scratch))
            {
                foreach (var part in _unusedParts.TryGetValue(symbol, out var parts) ? parts : [symbol])
                {
                    at = SpellWithSpans(part, at, destination, spans, ref afterUnknown);
                }
            }

            start = end;
        }
    }

    [HotPath]
    protected override ReadOnlySpan<int> EncodeUncached(ReadOnlySpan<char> word, EncodingScratch scratch) => Spell(Merge(word, scratch), scratch);

    private ReadOnlySpan<int> Merge(ReadOnlySpan<char> word, EncodingScratch scratch)
    {
        var symbols = scratch.Merger.Prepare(word.Length);
        var count = 0;
        for (var at = 0; at < word.Length;)
        {
            Rune.DecodeFromUtf16(word[at..], out var rune, out var width);
            at += width;

            // A negative symbol is a character that no token contains; its complement is its code point.
            symbols[count++] = _symbols.TryGetValue(rune.Value, out var symbol) ? symbol : ~rune.Value;
        }

        return scratch.Merger.Merge(count, _merges);
    }

    private void Learn(string token, int id)
    {
        Rune.DecodeFromUtf16(token, out var first, out var width);
        if (token.Length == width && token.Length > 0)
        {
            _symbols.TryAdd(first.Value, id);
        }

        _cuts.Learn(token);
    }

    private ReadOnlySpan<int> Spell(ReadOnlySpan<int> symbols, EncodingScratch scratch)
    {
        if (!symbols.ContainsAnyExceptInRange(0, _vocabulary.Count - 1) && _unusedParts.Count == 0)
        {
            return symbols;
        }

        var ids = scratch.Ids(symbols.Length * _idsPerSymbol);
        var count = 0;
        var afterUnknown = false;
        foreach (var symbol in symbols)
        {
            if (_unusedParts.TryGetValue(symbol, out var parts))
            {
                foreach (var part in parts)
                {
                    SpellSymbol(part, ids, ref count, ref afterUnknown);
                }
            }
            else
            {
                SpellSymbol(symbol, ids, ref count, ref afterUnknown);
            }
        }

        return ids[..count];
    }

    private int SpellWithSpans(int symbol, int at, List<int> destination, List<TextSpan> spans, ref bool afterUnknown)
    {
        Span<int> ids = stackalloc int[4];
        var count = 0;
        SpellSymbol(symbol, ids, ref count, ref afterUnknown);
        var end = at + (symbol >= 0 && symbol < _vocabulary.Count ? _vocabulary[symbol].Length
            : new Rune(symbol < 0 ? ~symbol : _fallback[symbol - _vocabulary.Count]).Utf16SequenceLength);
        if (count == 0)
        {
            spans[^1] = spans[^1] with { End = end }; // One more of the characters that the last unknown token stands for.
        }

        foreach (var id in ids[..count])
        {
            destination.Add(id);
            spans.Add(new TextSpan(at, end));
        }

        return end;
    }

    private void SpellSymbol(int symbol, Span<int> ids, ref int count, ref bool afterUnknown)
    {
        if (symbol >= 0 && symbol < _vocabulary.Count)
        {
            ids[count++] = symbol;
            afterUnknown = false;
        }
        else
        {
            SpellCharacter(symbol < 0 ? ~symbol : _fallback[symbol - _vocabulary.Count], ids, ref count, ref afterUnknown);
        }
    }

    // Each part is shorter than the whole, so this ends.
    private static void TakeApart(int symbol, Dictionary<int, (int Left, int Right)> unusedParts, List<int> parts)
    {
        if (unusedParts.TryGetValue(symbol, out var pair))
        {
            TakeApart(pair.Left, unusedParts, parts);
            TakeApart(pair.Right, unusedParts, parts);
        }
        else
        {
            parts.Add(symbol);
        }
    }

    private void SpellCharacter(int codePoint, Span<int> ids, ref int count, ref bool afterUnknown)
    {
        if (_hasByteTokens)
        {
            Span<byte> bytes = stackalloc byte[4];
            var length = new Rune(codePoint).EncodeToUtf8(bytes);
            foreach (var value in bytes[..length])
            {
                ids[count++] = _byteIds[value];
            }

            return;
        }

        if (_unknownId is not { } unknown)
        {
            throw TokenizerErrors.NoTokenFor($"character U+{codePoint:X4}");
        }

        if (!afterUnknown || !_fusesUnknown)
        {
            ids[count++] = unknown;
        }

        afterUnknown = true;
    }
}
