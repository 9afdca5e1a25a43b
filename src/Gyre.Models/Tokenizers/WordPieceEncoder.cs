using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>WordPiece: from left to right the longest token that fits; a word that cannot be spelled is the unknown token.</summary>
/// <remarks>Source: Y. Wu and others, "Google's Neural Machine Translation System", 2016; BERT's greedy form.</remarks>
internal sealed class WordPieceEncoder : WordEncoder
{
    private readonly ScoredTrie _beginnings;
    private readonly ScoredTrie _continuations;
    private readonly Vocabulary _vocabulary;
    private readonly int _beginningLength;
    private readonly int _continuationLength;
    private readonly int _maxCharacters;
    private readonly int _unknownId;

    /// <param name="vocabulary">The tokens.</param>
    /// <param name="beginning">What tokens that begin a word start with; empty when nothing marks them.</param>
    /// <param name="continuation">What tokens inside a word start with; empty when nothing marks them.</param>
    /// <param name="maxCharacters">Longer words are unknown.</param>
    /// <param name="unknownId">The token for words that nothing spells.</param>
    public WordPieceEncoder(Vocabulary vocabulary, string beginning, string continuation, int maxCharacters, int unknownId)
    {
        _vocabulary = vocabulary;
        _beginningLength = beginning.Length;
        _continuationLength = continuation.Length;
        _maxCharacters = maxCharacters;
        _unknownId = unknownId;
        var beginnings = new List<(string, int, float)>(vocabulary.Count);
        var continuations = new List<(string, int, float)>();
        for (var id = 0; id < vocabulary.Count; id++)
        {
            var token = vocabulary[id];
            if (vocabulary.KindOf(id) is TokenKind.Hole or TokenKind.Control)
            {
                continue;
            }

            if (token.StartsWith(beginning, StringComparison.Ordinal))
            {
                Add(beginnings, token[beginning.Length..], id);
            }

            // Without a mark of its own, a token inside a word is one that does not begin one.
            if (token.StartsWith(continuation, StringComparison.Ordinal)
                && (continuation.Length > 0 || !token.StartsWith(beginning, StringComparison.Ordinal)))
            {
                Add(continuations, token[continuation.Length..], id);
            }
        }

        _beginnings = new ScoredTrie(vocabulary.Source, beginnings);
        _continuations = new ScoredTrie(vocabulary.Source, continuations);
    }

    public override void EncodeWithSpans(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination, List<TextSpan> spans)
    {
        var start = 0;
        foreach (var id in EncodeUncached(piece, scratch))
        {
            var length = _vocabulary[id].Length - (start == 0 ? _beginningLength : _continuationLength);
            var end = id == _unknownId ? piece.Length : start + length; // The unknown token is alone and stands for the word.
            destination.Add(id);
            spans.Add(new TextSpan(start, end));
            start = end;
        }
    }

    [HotPath]
    protected override ReadOnlySpan<int> EncodeUncached(ReadOnlySpan<char> word, EncodingScratch scratch)
    {
        var ids = scratch.Ids(Math.Max(word.Length, 1));
        if (CharactersOf(word) > _maxCharacters)
        {
            ids[0] = _unknownId;
            return ids[..1];
        }

        var count = 0;
        for (var start = 0; start < word.Length;)
        {
            var length = (start == 0 ? _beginnings : _continuations).Longest(word[start..], out var id);
            if (length == 0)
            {
                ids[0] = _unknownId;
                return ids[..1];
            }

            ids[count++] = id;
            start += length;
        }

        return ids[..count];
    }

    private static int CharactersOf(ReadOnlySpan<char> word)
    {
        var count = word.Length;
        foreach (var unit in word)
        {
            count -= char.IsLowSurrogate(unit) ? 1 : 0;
        }

        return count;
    }

    private static void Add(List<(string Text, int Id, float Score)> tokens, string text, int id)
    {
        if (text.Length > 0)
        {
            tokens.Add((text, id, 0));
        }
    }
}
