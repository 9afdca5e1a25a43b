namespace Gyre.Models.Tokenizers;

/// <summary>The tokens of a model in its own spelling, by id and by text. Filled by a loader, then only read.</summary>
internal sealed class Vocabulary
{
    /// <summary>The most tokens that a vocabulary may have.</summary>
    public const int MaxTokens = 4_000_000;

    /// <summary>The longest token, in UTF-16 units.</summary>
    public const int MaxTokenLength = 4096;

    private readonly List<string> _tokens;
    private readonly List<TokenKind> _kinds;
    private readonly Dictionary<string, int> _ids;
    private readonly string _source;

    public Vocabulary(string source, int capacity)
    {
        _source = source;
        _tokens = new List<string>(capacity);
        _kinds = new List<TokenKind>(capacity);
        _ids = new Dictionary<string, int>(capacity, StringComparer.Ordinal);
    }

    /// <summary>One more than the highest id.</summary>
    public int Count => _tokens.Count;

    /// <summary>Where it came from, for messages.</summary>
    public string Source => _source;

    /// <summary>Ids by text, also looked up by spans.</summary>
    public Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> IdsBySpan => _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The token's own spelling.</summary>
    public string this[int id] => _tokens[id];

    /// <summary>What a token is for.</summary>
    public TokenKind KindOf(int id) => _kinds[id];

    /// <summary>Changes what a token is for.</summary>
    public void SetKind(int id, TokenKind kind) => _kinds[id] = kind;

    /// <summary>The id of a token, or null.</summary>
    public int? Find(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>Adds a token under an id; ids may come in any order.</summary>
    /// <remarks>Errors: RUN0106 for an id that is taken by another text or out of range, RUN0101 for a text too long.</remarks>
    public void Add(string token, long id, TokenKind kind = TokenKind.Normal)
    {
        if (id is < 0 or >= MaxTokens)
        {
            throw TokenizerErrors.InvalidVocabulary(_source, $"a token has id {id:N0}", $"ids from 0 to {MaxTokens - 1:N0}");
        }

        if (token.Length > MaxTokenLength)
        {
            throw TokenizerErrors.TooLarge($"the length of token {id} in {_source}", token.Length, MaxTokenLength);
        }

        while (_tokens.Count <= id)
        {
            _tokens.Add("");
            _kinds.Add(TokenKind.Hole);
        }

        if (_kinds[(int)id] != TokenKind.Hole && _tokens[(int)id] != token)
        {
            throw TokenizerErrors.InvalidVocabulary(_source, $"id {id} is given to two tokens", "one token for each id");
        }

        _tokens[(int)id] = token;
        _kinds[(int)id] = kind;
        _ids.TryAdd(token, (int)id);
    }
}
