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

    /// <summary>Scores beyond are taken for this, so that no sum of a text's scores leaves single precision.</summary>
    private const float WorstScore = -1e25f;

    private readonly ScoredTrie _trie;
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
    /// equal sums depends on the rounding of what came before, so no part can be remembered. Else in double precision.
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
            tokens.Add((vocabulary[id], id, score));
            _cuts.Learn(vocabulary[id]);
        }

        _trie = new ScoredTrie(vocabulary.Source, tokens);

        var unknown = (worst == double.MaxValue ? 0 : worst) - UnknownPenalty;
        _unknownScore = sumsInSingle ? (float)unknown : unknown;
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
                destination.AddRange(Spell(part, Search(part, ref sum, scratch), scratch));
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
            sum = _sumsInSingle ? sum : 0;
            SpellWithSpans(piece[start..end], start, Search(piece[start..end], ref sum, scratch), destination, spans);
            start = end;
        }
    }

    [HotPath]
    protected override ReadOnlySpan<int> EncodeUncached(ReadOnlySpan<char> word, EncodingScratch scratch)
    {
        var sum = 0.0;
        return Spell(word, Search(word, ref sum, scratch), scratch);
    }

    /// <summary>Finds the best way to each place of a part.</summary>
    /// <param name="part">The part of a text between two places that every segmentation passes.</param>
    /// <param name="sum">The sum of the best way to the beginning of the part; receives that to its end.</param>
    /// <param name="scratch">Holds the result.</param>
    [HotPath]
    private ReadOnlySpan<Lattice.Place> Search(ReadOnlySpan<char> part, scoped ref double sum, EncodingScratch scratch)
    {
        var places = scratch.Lattice.Prepare(part.Length);
        var nodes = _trie.Nodes;
        var codes = _trie.Codes;
        var root = nodes[0].Base;
        places[0].Score = sum;
        for (var start = 0; start < part.Length;)
        {
            var width = char.IsHighSurrogate(part[start]) && start + 1 < part.Length && char.IsLowSurrogate(part[start + 1]) ? 2 : 1;
            var before = places[start].Score;
            var parent = 0;
            var children = root;
            for (var at = start; at < part.Length;)
            {
                var index = children + codes[part[at]];
                ref readonly var node = ref nodes[index];
                if (node.Parent != parent)
                {
                    break;
                }

                at++;
                parent = index;
                children = node.Base;

                // SentencePiece compares the sum before it rounds it. Where no token ends, the sum is negative infinity.
                var score = before + node.Score;
                if (score > places[at].Score)
                {
                    places[at] = new Lattice.Place { Score = _sumsInSingle ? (float)score : score, Start = start, Token = node.Token };
                }
            }

            if (!IsToken(part.Slice(start, width)) && before + _unknownScore is var unknown && unknown > places[start + width].Score)
            {
                places[start + width] = new Lattice.Place { Score = _sumsInSingle ? (float)unknown : unknown, Start = start, Token = -1 };
            }

            start += width;
        }

        sum = places[^1].Score;
        return places;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsToken(ReadOnlySpan<char> character)
    {
        var nodes = _trie.Nodes;
        var index = nodes[0].Base + _trie.Codes[character[0]];
        if (character.Length == 2 && nodes[index].Parent == 0)
        {
            var parent = index;
            index = nodes[parent].Base + _trie.Codes[character[1]];
            return nodes[index].Parent == parent && nodes[index].Token >= 0;
        }

        return nodes[index].Parent == 0 && nodes[index].Token >= 0;
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
    private ReadOnlySpan<int> Spell(scoped ReadOnlySpan<char> word, scoped ReadOnlySpan<Lattice.Place> places, EncodingScratch scratch)
    {
        // A unit spells at most three bytes, a pair of surrogates four.
        var ids = scratch.Ids(word.Length * 3);
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

        return ids[at..];
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
