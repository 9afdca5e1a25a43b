using System.Runtime.CompilerServices;
using System.Text;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>The Unigram model: of all ways to cut a text into tokens, the one with the highest sum of scores.</summary>
/// <remarks>
/// A character that is no token costs ten more than the worst token and becomes byte tokens or the unknown token.
/// Of equal sums the one found first stays: shorter beginnings are tried before longer ones.
/// <para>Source: T. Kudo, "Subword Regularization", 2018, section 3.2; the penalty is SentencePiece's.</para>
/// <para>Cost: one step for each unit of each token that begins at each place; parts met before are looked up.</para>
/// </remarks>
internal sealed class UnigramEncoder : WordEncoder
{
    private const double UnknownPenalty = 10;

    /// <summary>Scores beyond are taken for this, so that no sum of a text's scores leaves single precision.</summary>
    private const float WorstScore = -1e25f;

    private readonly SegmentationSearch _search;
    private readonly float[] _scores;
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
    /// nearly equal sums depends on the rounding of all that came before. Else in double precision.
    /// </param>
    public UnigramEncoder(
        Vocabulary vocabulary, IReadOnlyList<float> scores, int? unknownId, bool fusesUnknown, bool usesByteTokens, bool sumsInSingle = false)
    {
        _sumsInSingle = sumsInSingle;
        _unknownId = unknownId;
        _fusesUnknown = fusesUnknown;
        _byteIds = usesByteTokens ? BytesOf(vocabulary) : null;
        _cuts = new SafeCuts(joinsUnknown: _byteIds is null && fusesUnknown);
        var tokens = new List<(string Text, int Id, float Score)>(vocabulary.Count);
        _scores = new float[vocabulary.Count];
        var worst = double.MaxValue;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.KindOf(id) != TokenKind.Normal || vocabulary[id].Length == 0 || id == unknownId)
            {
                continue;
            }

            // What is no number is as bad as can be.
            var score = scores[id] > WorstScore ? Math.Min(scores[id], -WorstScore) : WorstScore;
            worst = Math.Min(worst, score);
            _scores[id] = score;
            tokens.Add((vocabulary[id], id, score));
            _cuts.Learn(vocabulary[id]);
        }

        var unknown = (worst == double.MaxValue ? 0 : worst) - UnknownPenalty;
        _search = new SegmentationSearch(new ScoredTrie(vocabulary.Source, tokens), sumsInSingle ? (float)unknown : unknown);
    }

    [HotPath]
    public override void Encode(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination)
    {
        var sum = 0.0;
        for (var start = 0; start < piece.Length;)
        {
            var end = _cuts.PartEnd(piece, start);
            var part = piece[start..end];
            if (_sumsInSingle)
            {
                EncodeInSingle(part, ref sum, scratch, destination);
            }
            else
            {
                EncodeCached(part, scratch, destination);
            }

            start = end;
        }
    }

    public override void EncodeWithSpans(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination, List<TextSpan> spans)
    {
        var sum = 0.0;
        for (var start = 0; start < piece.Length;)
        {
            var end = _cuts.PartEnd(piece, start);
            var part = piece[start..end];
            sum = _sumsInSingle ? sum : 0;
            var places = _sumsInSingle
                ? _search.Find<SegmentationSearch.SingleSum>(part, ref sum, scratch.Lattice)
                : _search.Find<SegmentationSearch.DoubleSum>(part, ref sum, scratch.Lattice);
            SpellWithSpans(part, start, places, destination, spans);
            start = end;
        }
    }

    [HotPath]
    protected override ReadOnlySpan<int> EncodeUncached(ReadOnlySpan<char> word, EncodingScratch scratch)
    {
        var sum = 0.0;
        return Spell(word, _search.Find<SegmentationSearch.DoubleSum>(word, ref sum, scratch.Lattice), scratch)[1..];
    }

    /// <summary>As <see cref="WordEncoder.EncodeCached"/>, where the choice may depend on the sum of what came before.</summary>
    [HotPath]
    private void EncodeInSingle(ReadOnlySpan<char> part, ref double sum, EncodingScratch scratch, List<int> destination)
    {
        // What is remembered begins with the sum up to which rounding cannot change the choice.
        var hash = 0U;
        var isNew = false;
        if (part.Length <= WordCache.MaxWordLength)
        {
            isNew = !scratch.Cache.TryGet(part, out hash, out var known);
            if (!isNew && Math.Abs(sum) <= BitConverter.Int32BitsToSingle(known[0]))
            {
                foreach (var id in known[1..])
                {
                    sum = (float)(sum + _scores[id]);
                    destination.Add(id);
                }

                return;
            }
        }

        var before = sum;
        var places = _search.Find<SegmentationSearch.SingleSum>(part, ref sum, scratch.Lattice);
        var ids = Spell(part, places, scratch);
        destination.AddRange(ids[1..]);
        if (isNew && MostSafeSum(places, before) is var most && most > Math.Abs(before))
        {
            ids[0] = BitConverter.SingleToInt32Bits(most);
            scratch.Cache.Add(part, hash, ids);
        }
    }

    /// <summary>Up to which sum of what comes before, of either sign, a part is cut as it was; negative when that is not known.</summary>
    /// <param name="places">The best ways through the part.</param>
    /// <param name="before">The sum of what came before.</param>
    /// <remarks>
    /// A sum of k tokens whose largest intermediate sum is m is off by at most k·m·2⁻²⁴. Two sums that are further apart than
    /// what both can be off compare the same way however they are rounded; the bound is taken twice as wide.
    /// </remarks>
    private static float MostSafeSum(ReadOnlySpan<Lattice.Place> places, double before)
    {
        var least = double.PositiveInfinity;
        for (var end = places.Length - 1; end > 0; end = places[end].Start)
        {
            if (places[end].Token < 0)
            {
                return -1;
            }

            least = Math.Min(least, places[end].Score - places[end].Second);
        }

        var own = 0.0;
        foreach (ref readonly var place in places[1..])
        {
            // Within a pair of surrogates no way ends.
            own = double.IsFinite(place.Score) ? Math.Max(own, Math.Abs(place.Score - before)) : own;
        }

        var relative = 4.0 * places.Length / (1 << 24);
        var certain = Math.Min(least, float.MaxValue) - (relative * (Math.Abs(before) + own));
        return (float)Math.Min((certain / relative) - own, float.MaxValue);
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

    /// <summary>Walks the best way back from the end, and spells it forwards, behind one number of the caller's.</summary>
    private Span<int> Spell(scoped ReadOnlySpan<char> word, scoped ReadOnlySpan<Lattice.Place> places, EncodingScratch scratch)
    {
        // A unit spells at most three bytes, a pair of surrogates four.
        var ids = scratch.Ids((word.Length * 3) + 1);
        var at = ids.Length;
        var afterUnknown = false;
        for (var end = word.Length; end > 0;)
        {
            var start = places[end].Start;
            var token = places[end].Token;
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

        return ids[(at - 1)..];
    }

    /// <summary>As <see cref="Spell"/>, with the units that each id stands for.</summary>
    private void SpellWithSpans(ReadOnlySpan<char> word, int offset, ReadOnlySpan<Lattice.Place> places, List<int> destination, List<TextSpan> spans)
    {
        var ends = new Stack<int>();
        for (var end = word.Length; end > 0; end = places[end].Start)
        {
            ends.Push(end);
        }

        Span<int> bytes = stackalloc int[4];
        var afterUnknown = false;
        foreach (var end in ends)
        {
            var start = places[end].Start;
            var token = places[end].Token;
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
