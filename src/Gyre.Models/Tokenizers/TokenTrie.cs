using System.Runtime.CompilerServices;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>The tokens of a vocabulary by their UTF-16 units, for finding all tokens that begin at a place. Filled, then only read.</summary>
/// <remarks>Cost: about 50 bytes a node, at most one node for each unit of each token; a step is one probe of a hash table.</remarks>
internal sealed class TokenTrie
{
    private const int MaxNodes = 32 << 20;

    private readonly string _source;
    private readonly int[] _roots = new int[char.MaxValue + 1];
    private readonly List<int> _tokens = [-1];
    private readonly List<int> _parents = [0];
    private Edge[] _table = new Edge[1 << 10];
    private int _edges;

    /// <param name="source">Where the tokens come from, for messages.</param>
    public TokenTrie(string source) => _source = source;

    /// <summary>Adds a token that is not empty; the first of equal ones stays.</summary>
    public void Add(string token, int id)
    {
        ref var root = ref _roots[token[0]];
        if (root == 0)
        {
            root = NewNode(0);
        }

        var node = root;
        for (var i = 1; i < token.Length; i++)
        {
            var child = Next(node, token[i], out _);
            if (child == 0)
            {
                child = NewNode(node);
                AddEdge(node, token[i], child);
            }

            node = child;
        }

        if (_tokens[node] < 0)
        {
            _tokens[node] = id;
            if (token.Length > 1)
            {
                Find(_parents[node], token[^1]).Token = id;
            }
        }
    }

    /// <summary>The node of a first unit, or 0, and the token that ends there, or a negative number.</summary>
    public int First(char unit, out int token)
    {
        var node = _roots[unit];
        token = _tokens[node];
        return node;
    }

    /// <summary>The node one unit further, or 0, and the token that ends there, or a negative number.</summary>
    [HotPath]
    public int Next(int node, char unit, out int token)
    {
        ref readonly var edge = ref Find(node, unit);
        token = edge.Token;
        return edge.Child;
    }

    // Nodes begin at 1, so no key is 0.
    private static ulong KeyOf(int node, char unit) => ((ulong)(uint)node << 16) | unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(ulong key, int length) => (int)((key * 0x9E3779B97F4A7C15UL) >> 33) & (length - 1);

    // The edge, or the empty place where it would be.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Edge Find(int node, char unit)
    {
        var key = KeyOf(node, unit);
        var table = _table;
        var at = Slot(key, table.Length);
        while (table[at].Key != key && table[at].Key != 0)
        {
            at = (at + 1) & (table.Length - 1);
        }

        return ref table[at];
    }

    private int NewNode(int parent)
    {
        if (_tokens.Count >= MaxNodes)
        {
            throw TokenizerErrors.TooLarge($"the number of different beginnings of tokens in {_source}", _tokens.Count, MaxNodes);
        }

        _tokens.Add(-1);
        _parents.Add(parent);
        return _tokens.Count - 1;
    }

    private void AddEdge(int node, char unit, int child)
    {
        if (++_edges * 2 > _table.Length)
        {
            var old = _table;
            _table = new Edge[old.Length * 2];
            foreach (var edge in old)
            {
                if (edge.Key != 0)
                {
                    Find((int)(edge.Key >> 16), (char)edge.Key) = edge;
                }
            }
        }

        Find(node, unit) = new Edge { Key = KeyOf(node, unit), Child = child, Token = -1 };
    }

    private struct Edge
    {
        public ulong Key;
        public int Child;
        public int Token;
    }
}
