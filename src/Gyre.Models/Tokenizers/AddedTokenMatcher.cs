using System.Buffers;
using Gyre.Models.Tokenizers.Scanning;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>Finds added tokens in text, leftmost first and the longest of those that begin together. Immutable.</summary>
internal sealed class AddedTokenMatcher
{
    /// <summary>The most UTF-16 units of all added tokens together.</summary>
    public const int MaxUnits = 4_000_000;

    private const CharacterClass Word = CharacterClass.Letter | CharacterClass.Number | CharacterClass.Mark | CharacterClass.Connector;

    private readonly SearchValues<char> _firstUnits;
    private readonly Dictionary<(int Node, char Unit), int> _edges = [];
    private readonly List<AddedToken?> _tokenAt = [null];

    private AddedTokenMatcher(IReadOnlyList<AddedToken> tokens)
    {
        foreach (var token in tokens)
        {
            var node = 0;
            foreach (var unit in token.Content)
            {
                if (!_edges.TryGetValue((node, unit), out var child))
                {
                    child = _tokenAt.Count;
                    _edges.Add((node, unit), child);
                    _tokenAt.Add(null);
                }

                node = child;
            }

            _tokenAt[node] ??= token;
        }

        _firstUnits = SearchValues.Create([.. tokens.Select(token => token.Content[0]).Distinct()]);
    }

    /// <summary>A matcher for these tokens, or null when there are none.</summary>
    /// <remarks>Errors: RUN0101 when they have more than <see cref="MaxUnits"/> units together.</remarks>
    public static AddedTokenMatcher? Create(IEnumerable<AddedToken> tokens)
    {
        var usable = tokens.Where(token => token.Content.Length > 0).ToArray();
        CheckUnits(usable.Sum(token => (long)token.Content.Length));
        return usable.Length == 0 ? null : new AddedTokenMatcher(usable);
    }

    /// <summary>Refuses tokens that are too long together: RUN0101.</summary>
    public static void CheckUnits(long units)
    {
        if (units > MaxUnits)
        {
            throw TokenizerErrors.TooLarge("the length of all added tokens together", units, MaxUnits);
        }
    }

    /// <summary>Finds the next token at or after a position; the text before it starts at <paramref name="from"/>.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="from">Where to begin; also as far left as a token may swallow white space.</param>
    /// <param name="start">The first unit that belongs to the match, swallowed white space included.</param>
    /// <param name="end">The unit after the match.</param>
    [HotPath]
    public AddedToken? Next(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        for (var at = from; at < text.Length; at++)
        {
            var skipped = text[at..].IndexOfAny(_firstUnits);
            if (skipped < 0)
            {
                break;
            }

            at += skipped;
            if (LongestAt(text, at) is not { } token)
            {
                continue;
            }

            start = at;
            end = at + token.Content.Length;
            if ((token.IsOnlyFirst && start > 0) || (token.IsSingleWord && (IsWordBefore(text, start) || IsWordAt(text, end))))
            {
                continue;
            }

            while (token.StripsLeft && start > from && (CharacterClasses.OfUnit(text[start - 1]) & CharacterClass.Space) != CharacterClass.None)
            {
                start--;
            }

            if (token.StripsRight)
            {
                end = CharacterClasses.RunEnd(text, end, CharacterClass.Space);
            }

            return token;
        }

        start = end = text.Length;
        return null;
    }

    /// <summary>The longest token that begins exactly at a position.</summary>
    public AddedToken? LongestAt(ReadOnlySpan<char> text, int at)
    {
        AddedToken? longest = null;
        var node = 0;
        for (; at < text.Length && _edges.TryGetValue((node, text[at]), out var child); at++)
        {
            node = child;
            longest = _tokenAt[node] ?? longest;
        }

        return longest;
    }

    private static bool IsWordBefore(ReadOnlySpan<char> text, int at)
    {
        if (at == 0)
        {
            return false;
        }

        var before = at - (at >= 2 && char.IsSurrogatePair(text[at - 2], text[at - 1]) ? 2 : 1);
        return (CharacterClasses.At(text, before, out _) & Word) != CharacterClass.None;
    }

    private static bool IsWordAt(ReadOnlySpan<char> text, int at) =>
        at < text.Length && (CharacterClasses.At(text, at, out _) & Word) != CharacterClass.None;
}
