namespace Gyre.Models.Tokenizers.Training;

/// <summary>All ways to cut a word into tokens with scores: what is expected over all of them, and the best one. Reusable; one thread at a time.</summary>
internal sealed class SegmentGraph
{
    private readonly List<(int Start, int End, int Id)> _edges = [];
    private TokenTrie _trie = new("the vocabulary in training");
    private IReadOnlyList<(string Text, double Score)> _pieces = [];
    private double[] _forward = new double[64];
    private double[] _backward = new double[64];
    private int[] _last = new int[64];

    /// <summary>Takes other tokens.</summary>
    public void Use(IReadOnlyList<(string Text, double Score)> pieces)
    {
        _pieces = pieces;
        _trie = new TokenTrie("the vocabulary in training");
        for (var id = 0; id < pieces.Count; id++)
        {
            _trie.Add(pieces[id].Text, id);
        }
    }

    /// <summary>Adds to each token how often it is expected in a number of occurrences of a word; gives the word's log-likelihood.</summary>
    public double Expect(string word, double count, double[] expected)
    {
        Prepare(word, without: -1);
        var (forward, backward) = (_forward, _backward);
        forward.AsSpan(0, word.Length + 1).Fill(double.NegativeInfinity);
        backward.AsSpan(0, word.Length + 1).Fill(double.NegativeInfinity);
        forward[0] = backward[word.Length] = 0;
        foreach (var (start, end, id) in _edges)
        {
            forward[end] = AddLogs(forward[end], forward[start] + _pieces[id].Score);
        }

        for (var i = _edges.Count - 1; i >= 0; i--)
        {
            var (start, end, id) = _edges[i];
            backward[start] = AddLogs(backward[start], backward[end] + _pieces[id].Score);
        }

        var whole = forward[word.Length];
        foreach (var (start, end, id) in count > 0 ? _edges : [])
        {
            expected[id] += count * Math.Exp(forward[start] + _pieces[id].Score + backward[end] - whole);
        }

        return whole;
    }

    /// <summary>The best way to cut a word, the earlier found among equals.</summary>
    /// <param name="word">The word; its characters are tokens.</param>
    /// <param name="path">Receives the tokens.</param>
    /// <param name="without">A token that must not be used; negative for none.</param>
    public void Best(string word, List<int> path, int without = -1)
    {
        Prepare(word, without);
        var forward = _forward;
        forward.AsSpan(0, word.Length + 1).Fill(double.NegativeInfinity);
        forward[0] = 0;
        for (var i = 0; i < _edges.Count; i++)
        {
            var (start, end, id) = _edges[i];
            if (forward[start] + _pieces[id].Score > forward[end])
            {
                forward[end] = forward[start] + _pieces[id].Score;
                _last[end] = i;
            }
        }

        path.Clear();
        for (var end = word.Length; end > 0; end = _edges[_last[end]].Start)
        {
            path.Add(_edges[_last[end]].Id);
        }

        path.Reverse();
    }

    private void Prepare(string word, int without)
    {
        if (_forward.Length <= word.Length)
        {
            _forward = new double[word.Length * 2];
            _backward = new double[word.Length * 2];
            _last = new int[word.Length * 2];
        }

        _edges.Clear();
        for (var start = 0; start < word.Length; start += Scanning.CharacterClasses.Width(word, start))
        {
            var node = _trie.First(word[start], out var id);
            for (var end = start + 1; node != 0; end++)
            {
                if (id >= 0 && id != without)
                {
                    _edges.Add((start, end, id));
                }

                if (end == word.Length)
                {
                    break;
                }

                node = _trie.Next(node, word[end], out id);
            }
        }
    }

    private static double AddLogs(double first, double second)
    {
        var (less, more) = first < second ? (first, second) : (second, first);
        return double.IsNegativeInfinity(less) ? more : more + Math.Log(1 + Math.Exp(less - more));
    }
}
