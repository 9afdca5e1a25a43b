namespace Gyre.Models.Tokenizers;

/// <summary>Gives each beginning of the tokens of a <see cref="ScoredTrie"/> its place.</summary>
/// <param name="source">Where the tokens come from, for messages.</param>
/// <param name="tokens">The tokens in ordinal order.</param>
/// <param name="codes">The code of each unit.</param>
internal sealed class DoubleArrayLayout(string source, (string Text, int Id, float Score)[] tokens, ushort[] codes)
{
    private const int MaxNodes = 32 << 20;

    /// <summary>So many free places are tried for several children before they go behind everything else.</summary>
    private const int MostTries = 64;

    private readonly Queue<(int Node, int First, int End, int Depth)> _open = [];
    private readonly List<(ushort Code, int First, int End)> _children = [];
    private ScoredTrie.Node[] _nodes = NewNodes(1 << 10);
    private int[] _nextFree = new int[1 << 10];
    private int _used = 1; // All places from here on are free.

    /// <summary>Lays out all nodes; behind the last there is room for any code.</summary>
    /// <remarks>Errors: RUN0101 for more nodes than a vocabulary can have.</remarks>
    public ScoredTrie.Node[] Build()
    {
        for (var i = 0; i < _nextFree.Length; i++)
        {
            _nextFree[i] = i;
        }

        _nextFree[0] = 1; // The root.
        _open.Enqueue((0, 0, tokens.Length, 0));
        while (_open.TryDequeue(out var open))
        {
            Place(open.Node, open.First, open.End, open.Depth);
        }

        var last = 0;
        for (var i = 0; i < _used; i++)
        {
            last = Math.Max(last, _nodes[i].Base);
        }

        var room = NewNodes(Math.Max(_used, last + codes.Max() + 1));
        _nodes.AsSpan(0, _used).CopyTo(room);
        return room;
    }

    private static ScoredTrie.Node[] NewNodes(int count)
    {
        var nodes = new ScoredTrie.Node[count];
        nodes.AsSpan().Fill(new ScoredTrie.Node { Parent = -1, Score = float.NegativeInfinity, Token = -1 });
        return nodes;
    }

    // The tokens from first to end share so many units, those of the node.
    private void Place(int node, int first, int end, int depth)
    {
        if (depth > 0 && tokens[first].Text.Length == depth)
        {
            (_nodes[node].Token, _nodes[node].Score) = (tokens[first].Id, tokens[first].Score);
        }

        while (first < end && tokens[first].Text.Length == depth)
        {
            first++;
        }

        _children.Clear();
        for (var at = first; at < end; at = first)
        {
            var unit = tokens[at].Text[depth];
            while (first < end && tokens[first].Text[depth] == unit)
            {
                first++;
            }

            _children.Add((codes[unit], at, first));
        }

        if (_children.Count == 0)
        {
            return;
        }

        var start = FindBase();
        _nodes[node].Base = start;
        foreach (var (code, from, to) in _children)
        {
            var child = start + code;
            _nextFree[child] = child + 1;
            _nodes[child].Parent = node;
            _used = Math.Max(_used, child + 1);
            _open.Enqueue((child, from, to, depth + 1));
        }
    }

    private int FindBase()
    {
        var (least, most) = (_children.Min(child => child.Code), _children.Max(child => child.Code));
        var at = FirstFree(least);
        for (var tries = 0; tries < MostTries && at < _used; tries++, at = FirstFree(at + 1))
        {
            Reserve(at - least + most + 1);
            if (_children.TrueForAll(child => _nodes[at - least + child.Code].Parent < 0))
            {
                return at - least;
            }
        }

        at = Math.Max(at, Math.Max(_used, (int)least));
        Reserve(at - least + most + 1);
        return at - least;
    }

    // The first free place from an index on; shortens the way for the next search.
    private int FirstFree(int from)
    {
        Reserve(from + 1);
        var free = from;
        while (_nextFree[free] != free)
        {
            free = _nextFree[free];
            Reserve(free + 1);
        }

        for (var at = from; at != free;)
        {
            (at, _nextFree[at]) = (_nextFree[at], free);
        }

        return free;
    }

    private void Reserve(int count)
    {
        if (count <= _nodes.Length)
        {
            return;
        }

        if (count > MaxNodes)
        {
            throw TokenizerErrors.TooLarge($"the number of different beginnings of tokens in {source}", count, MaxNodes);
        }

        var from = _nodes.Length;
        var nodes = NewNodes(Math.Max(count, from * 2));
        _nodes.CopyTo(nodes, 0);
        _nodes = nodes;
        Array.Resize(ref _nextFree, nodes.Length);
        for (var i = from; i < nodes.Length; i++)
        {
            _nextFree[i] = i;
        }
    }
}
