using System.Runtime.CompilerServices;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>The tokens of a vocabulary by their UTF-16 units, for finding all tokens that begin at a place. Filled, then only read.</summary>
/// <remarks>Cost: about 30 bytes a node, at most one node for each unit of each token; a step is one probe of a hash table.</remarks>
internal sealed class TokenTrie
{
    private const int MaxNodes = 32 << 20;

    private readonly string _source;
    private readonly int[] _roots = new int[char.MaxValue + 1];
    private readonly List<int> _tokens = [-1];
    private ulong[] _keys = new ulong[1 << 10];
    private int[] _children = new int[1 << 10];
    private int _edges;

    /// <param name="source">Where the tokens come from, for messages.</param>
    public TokenTrie(string source) => _source = source;

    /// <summary>Adds a token that is not empty; the first of equal ones stays.</summary>
    public void Add(string token, int id)
    {
        ref var root = ref _roots[token[0]];
        if (root == 0)
        {
            root = NewNode();
        }

        var node = root;
        for (var i = 1; i < token.Length; i++)
        {
            var child = Next(node, token[i]);
            if (child == 0)
            {
                child = NewNode();
                AddEdge(node, token[i], child);
            }

            node = child;
        }

        if (_tokens[node] < 0)
        {
            _tokens[node] = id;
        }
    }

    /// <summary>The node of a first unit, or 0.</summary>
    public int First(char unit) => _roots[unit];

    /// <summary>The node one unit further, or 0.</summary>
    [HotPath]
    public int Next(int node, char unit)
    {
        var key = KeyOf(node, unit);
        var keys = _keys;
        for (var at = Slot(key, keys.Length); ; at = (at + 1) & (keys.Length - 1))
        {
            if (keys[at] == key)
            {
                return _children[at];
            }

            if (keys[at] == 0)
            {
                return 0;
            }
        }
    }

    /// <summary>The token that ends at a node, or a negative number.</summary>
    public int TokenAt(int node) => _tokens[node];

    // Nodes begin at 1, so no key is 0.
    private static ulong KeyOf(int node, char unit) => ((ulong)(uint)node << 16) | unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(ulong key, int length) => (int)((key * 0x9E3779B97F4A7C15UL) >> 33) & (length - 1);

    private int NewNode()
    {
        if (_tokens.Count >= MaxNodes)
        {
            throw TokenizerErrors.TooLarge($"the number of different beginnings of tokens in {_source}", _tokens.Count, MaxNodes);
        }

        _tokens.Add(-1);
        return _tokens.Count - 1;
    }

    private void AddEdge(int node, char unit, int child)
    {
        if (++_edges * 2 > _keys.Length)
        {
            var (keys, children) = (_keys, _children);
            _keys = new ulong[keys.Length * 2];
            _children = new int[keys.Length * 2];
            for (var i = 0; i < keys.Length; i++)
            {
                if (keys[i] != 0)
                {
                    Put(keys[i], children[i]);
                }
            }
        }

        Put(KeyOf(node, unit), child);
    }

    private void Put(ulong key, int child)
    {
        var at = Slot(key, _keys.Length);
        while (_keys[at] != 0)
        {
            at = (at + 1) & (_keys.Length - 1);
        }

        _keys[at] = key;
        _children[at] = child;
    }
}
