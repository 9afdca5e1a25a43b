using System.Text;

namespace Gyre.Models.Tokenizers;

/// <summary>
/// The merges of a SentencePiece BPE vocabulary, which has scores in place of a merge list: two symbols join when
/// their joined text is a token, best score first.
/// </summary>
internal sealed class ScoreMerges
{
    // Each split of each token is looked up once; this bounds the work for a hostile vocabulary.
    private const long MaxSplitWork = 1L << 31;

    private readonly Vocabulary _vocabulary;
    private readonly List<int> _extraCharacters = [];
    private readonly Dictionary<int, int> _extraSymbols = [];

    public ScoreMerges(Vocabulary vocabulary, ReadOnlySpan<float> scores)
    {
        _vocabulary = vocabulary;
        Table = new MergeTable(vocabulary.Count * 2);
        var ranks = Rank(scores);
        var work = 0L;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (!IsMergeable(id))
            {
                continue;
            }

            work += (long)vocabulary[id].Length * vocabulary[id].Length;
            if (work > MaxSplitWork)
            {
                throw TokenizerErrors.TooLarge($"the work to index the tokens of {vocabulary.Source}", work, MaxSplitWork);
            }

            AddSplits(id, ranks[id]);
        }
    }

    /// <summary>The ranked pairs.</summary>
    public MergeTable Table { get; }

    /// <summary>Characters that occur in tokens without being tokens.</summary>
    public IReadOnlyList<int> ExtraCharacters => _extraCharacters;

    /// <summary>For each unused token, the pair of best rank that makes it.</summary>
    public Dictionary<int, (int Left, int Right)> UnusedParts { get; } = [];

    private static uint[] Rank(ReadOnlySpan<float> scores)
    {
        var order = new int[scores.Length];
        var keys = new float[scores.Length];
        for (var id = 0; id < order.Length; id++)
        {
            order[id] = id;
            keys[id] = -scores[id];
        }

        Array.Sort(keys, order);
        var ranks = new uint[scores.Length];
        var rank = 0U;
        for (var i = 0; i < order.Length; i++)
        {
            if (i > 0 && keys[i] != keys[i - 1])
            {
                rank++;
            }

            ranks[order[i]] = rank;
        }

        return ranks;
    }

    private bool IsMergeable(int id) => _vocabulary.KindOf(id) is TokenKind.Normal or TokenKind.Unused;

    private void AddSplits(int id, uint rank)
    {
        var token = _vocabulary[id];
        for (var at = 0; at < token.Length;)
        {
            Rune.DecodeFromUtf16(token.AsSpan(at), out _, out var width);
            at += width;
            if (at < token.Length && Symbol(token.AsSpan(0, at)) is { } left && Symbol(token.AsSpan(at)) is { } right)
            {
                Table.Add(left, right, rank, id);
                if (_vocabulary.KindOf(id) == TokenKind.Unused)
                {
                    UnusedParts.TryAdd(id, (left, right));
                }
            }
        }
    }

    private int? Symbol(ReadOnlySpan<char> text)
    {
        if (_vocabulary.IdsBySpan.TryGetValue(text, out var id) && IsMergeable(id))
        {
            return id;
        }

        Rune.DecodeFromUtf16(text, out var rune, out var width);
        if (width != text.Length)
        {
            return null;
        }

        if (!_extraSymbols.TryGetValue(rune.Value, out var symbol))
        {
            symbol = _vocabulary.Count + _extraCharacters.Count;
            _extraSymbols.Add(rune.Value, symbol);
            _extraCharacters.Add(rune.Value);
        }

        return symbol;
    }
}
