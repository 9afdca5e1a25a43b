using System.Runtime.CompilerServices;
using System.Text;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>The Unigram model: of all ways to cut a text into tokens, the one with the highest sum of scores.</summary>
/// <remarks>
/// A character that is no token costs ten more than the worst token and becomes byte tokens or the unknown token.
/// Of equal sums the one found first stays: shorter beginnings are tried before longer ones.
/// <para>Source: T. Kudo, "Subword Regularization", 2018, section 3.2; the penalty is SentencePiece's.</para>
/// <para>Cost: one step for each unit of each token that begins at each place.</para>
/// </remarks>
internal sealed class UnigramEncoder : WordEncoder
{
    private const double UnknownPenalty = 10;

    /// <summary>Longer texts are cut into parts, to bound the work space.</summary>
    private const int MostWholeUnits = 1 << 20;

    private readonly TokenTrie _trie;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly int? _unknownId;
    private readonly bool _fusesUnknown;
    private readonly int[]? _byteIds;
    private readonly bool _sumsInSingle;
    private readonly SafeCuts _cuts;

    /// <param name="vocabulary">The tokens; those of kind <see cref="TokenKind.Normal"/> take part.</param>
    /// <param name="scores">A log-probability for each id.</param>
    /// <param name="unknownId">The token for characters that nothing spells.</param>
    /// <param name="fusesUnknown">Gives one unknown token for a run of such characters.</param>
    /// <param name="usesByteTokens">Spells such characters by <c>&lt;0xNN&gt;</c> tokens when the vocabulary has all of them.</param>
    /// <param name="sumsInSingle">
    /// Sums in single precision from the beginning of a text, as SentencePiece does: its choice between segmentations of
    /// equal sums depends on the rounding, so the text cannot be cut and remembered in parts. Else in double precision.
    /// </param>
    public UnigramEncoder(
        Vocabulary vocabulary, IReadOnlyList<float> scores, int? unknownId, bool fusesUnknown, bool usesByteTokens, bool sumsInSingle = false)
    {
        _sumsInSingle = sumsInSingle;
        _unknownId = unknownId;
        _fusesUnknown = fusesUnknown;
        _byteIds = usesByteTokens ? BytesOf(vocabulary) : null;
        _trie = new TokenTrie(vocabulary.Source);
        _scores = new double[vocabulary.Count];
        _cuts = new SafeCuts(joinsUnknown: _byteIds is null && fusesUnknown);
        var worst = double.MaxValue;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.KindOf(id) != TokenKind.Normal || vocabulary[id].Length == 0 || id == unknownId)
            {
                continue;
            }

            _scores[id] = scores[id];
            worst = Math.Min(worst, scores[id]);
            _trie.Add(vocabulary[id], id);
            _cuts.Learn(vocabulary[id]);
        }

        var unknown = (worst == double.MaxValue ? 0 : worst) - UnknownPenalty;
        _unknownScore = sumsInSingle ? (float)unknown : unknown;
    }

    [HotPath]
    public override void Encode(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination)
    {
        if (_sumsInSingle && piece.Length <= MostWholeUnits)
        {
            destination.AddRange(EncodeUncached(piece, scratch));
            return;
        }

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
            var end = _sumsInSingle && piece.Length <= MostWholeUnits ? piece.Length : _cuts.PartEnd(piece, start);
            SpellWithSpans(piece[start..end], start, Search(piece[start..end], scratch), destination, spans);
            start = end;
        }
    }

    [HotPath]
    protected override ReadOnlySpan<int> EncodeUncached(ReadOnlySpan<char> word, EncodingScratch scratch) => Spell(word, Search(word, scratch), scratch);

    [HotPath]
    private Lattice Search(ReadOnlySpan<char> word, EncodingScratch scratch)
    {
        var lattice = scratch.Lattice;
        lattice.Prepare(word.Length);
        var places = lattice.Places;
        for (var start = 0; start < word.Length;)
        {
            var width = char.IsHighSurrogate(word[start]) && start + 1 < word.Length && char.IsLowSurrogate(word[start + 1]) ? 2 : 1;
            var before = places[start].Score;
            var hasOne = false;
            var node = _trie.First(word[start], out var token);
            for (var end = start + 1; node != 0; end++)
            {
                if (token >= 0)
                {
                    hasOne |= end == start + width;
                    Offer(start, before + _scores[token], token, ref places[end]);
                }

                if (end == word.Length)
                {
                    break;
                }

                node = _trie.Next(node, word[end], out token);
            }

            if (!hasOne)
            {
                var unknown = before + _unknownScore;
                Offer(start, _sumsInSingle ? (float)unknown : unknown, -1, ref places[start + width]);
            }

            start += width;
        }

        return lattice;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Offer(int start, double score, int token, ref Lattice.Place place)
    {
        // SentencePiece compares the sum before it rounds it.
        if (place.Start < 0 || score > place.Score)
        {
            place.Score = _sumsInSingle ? (float)score : score;
            place.Start = start;
            place.Token = token;
        }
    }

    private static int[]? BytesOf(Vocabulary vocabulary)
    {
        var ids = new int[256];
        for (var value = 0; value < ids.Length; value++)
        {
            if (vocabulary.Find($"<0x{value:X2}>") is not { } id)
            {
                return null;
            }

            ids[value] = id;
        }

        return ids;
    }

    /// <summary>Walks the best way back from the end, and spells it forwards.</summary>
    private ReadOnlySpan<int> Spell(ReadOnlySpan<char> word, Lattice lattice, EncodingScratch scratch)
    {
        // A unit spells at most three bytes, a pair of surrogates four.
        var ids = scratch.Ids(word.Length * 3);
        var at = ids.Length;
        var afterUnknown = false;
        for (var end = word.Length; end > 0;)
        {
            var start = lattice.Places[end].Start;
            var token = lattice.Places[end].Token;
            if (token >= 0)
            {
                ids[--at] = token;
            }
            else if (_byteIds is not null)
            {
                SpellBytes(word[start..end], ids, ref at);
            }
            else if (!afterUnknown || !_fusesUnknown)
            {
                ids[--at] = _unknownId ?? throw TokenizerErrors.NoTokenFor($"character '{word[start..end]}'");
            }

            afterUnknown = token < 0;
            end = start;
        }

        return ids[at..];
    }

    /// <summary>As <see cref="Spell"/>, with the units that each id stands for.</summary>
    private void SpellWithSpans(ReadOnlySpan<char> word, int offset, Lattice lattice, List<int> destination, List<TextSpan> spans)
    {
        var ends = new Stack<int>();
        for (var end = word.Length; end > 0; end = lattice.Places[end].Start)
        {
            ends.Push(end);
        }

        Span<int> bytes = stackalloc int[4];
        var afterUnknown = false;
        foreach (var end in ends)
        {
            var start = lattice.Places[end].Start;
            var token = lattice.Places[end].Token;
            var span = new TextSpan(offset + start, offset + end);
            if (token < 0 && _byteIds is not null)
            {
                var from = bytes.Length;
                SpellBytes(word[start..end], bytes, ref from);
                foreach (var id in bytes[from..])
                {
                    destination.Add(id);
                    spans.Add(span);
                }
            }
            else if (token < 0 && afterUnknown && _fusesUnknown)
            {
                spans[^1] = spans[^1] with { End = span.End };
            }
            else
            {
                destination.Add(token >= 0 ? token : _unknownId ?? throw TokenizerErrors.NoTokenFor($"character '{word[start..end]}'"));
                spans.Add(span);
            }

            afterUnknown = token < 0;
        }
    }

    private void SpellBytes(ReadOnlySpan<char> character, Span<int> ids, ref int at)
    {
        Rune.DecodeFromUtf16(character, out var rune, out _);
        Span<byte> bytes = stackalloc byte[4];
        for (var i = rune.EncodeToUtf8(bytes) - 1; i >= 0; i--)
        {
            ids[--at] = _byteIds![bytes[i]]; // The only caller has checked it.
        }
    }
}
