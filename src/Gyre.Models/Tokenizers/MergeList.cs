namespace Gyre.Models.Tokenizers;

/// <summary>Reads merge rules, each a pair of tokens in rank order, into a table.</summary>
internal sealed class MergeList(Vocabulary vocabulary, int capacity)
{
    /// <summary>The most merges that a vocabulary may have.</summary>
    public const int MaxMerges = 8_000_000;

    private char[] _joined = new char[64];
    private uint _rank;

    /// <summary>The ranked pairs.</summary>
    public MergeTable Table { get; } = new(Math.Min(capacity, MaxMerges));

    /// <summary>Adds a rule written as two tokens with one space between them.</summary>
    /// <remarks>Errors: RUN0107 when it is not of that form or names tokens that do not exist.</remarks>
    public void Add(ReadOnlySpan<char> rule)
    {
        var space = rule.IndexOf(' ');
        if (space <= 0 || space == rule.Length - 1 || rule[(space + 1)..].Contains(' '))
        {
            throw TokenizerErrors.InvalidMerge(vocabulary.Source, _rank, "is not two tokens with a space between them");
        }

        Add(rule[..space], rule[(space + 1)..]);
    }

    /// <summary>Adds a rule.</summary>
    public void Add(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (_rank == MaxMerges)
        {
            throw TokenizerErrors.TooLarge($"the number of merges in {vocabulary.Source}", _rank + 1L, MaxMerges);
        }

        if (_joined.Length < left.Length + right.Length)
        {
            _joined = new char[(left.Length + right.Length) * 2];
        }

        left.CopyTo(_joined);
        right.CopyTo(_joined.AsSpan(left.Length));
        var ids = vocabulary.IdsBySpan;
        if (!ids.TryGetValue(left, out var leftId) || !ids.TryGetValue(right, out var rightId)
            || !ids.TryGetValue(_joined.AsSpan(0, left.Length + right.Length), out var joinedId))
        {
            throw TokenizerErrors.InvalidMerge(vocabulary.Source, _rank, "names a token that is not in the vocabulary");
        }

        Table.Add(leftId, rightId, _rank++, joinedId);
    }

    /// <summary>Adds the rules of a merges.txt or vocab.bpe file, one a line, after an optional version line.</summary>
    public void AddLines(ReadOnlySpan<char> text)
    {
        var isFirst = true;
        foreach (var range in text.Split('\n'))
        {
            var line = text[range].TrimEnd('\r');
            var isVersion = isFirst && line.StartsWith("#version", StringComparison.Ordinal);
            isFirst = false;
            if (!line.IsEmpty && !isVersion)
            {
                Add(line);
            }
        }
    }
}
