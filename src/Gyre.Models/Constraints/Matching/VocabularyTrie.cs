namespace Gyre.Models.Constraints.Matching;

/// <summary>The tokens of a vocabulary by their bytes, as a tree laid out in depth-first order.</summary>
/// <remarks>
/// Safe for several threads. Cost: 27 bytes a node and 12 a token; steps over a subtree are one look-up, and the tokens of a
/// subtree stand side by side.
/// </remarks>
internal sealed class VocabularyTrie
{
    /// <summary>Sets of tokens that are kept; each is a mask.</summary>
    private const int MostSets = 64;

    private readonly byte[] _labels;
    private readonly ushort[] _depths;
    private readonly int[] _ends;
    private readonly int[] _starts;
    private readonly int[] _tokens;
    private readonly ulong[] _below;
    private readonly ulong[] _whole;
    private readonly ulong[] _facts;
    private readonly Lock _gate = new();
    private readonly Dictionary<(ulong Groups, int Length), ulong[]> _sets = [];

    /// <param name="vocabularySize">Ids run below this.</param>
    /// <param name="tokens">Ids with their bytes; at least one byte each.</param>
    public VocabularyTrie(int vocabularySize, IEnumerable<(int Id, byte[] Bytes)> tokens)
    {
        var sorted = tokens.ToArray();
        Array.Sort(sorted, static (left, right) =>
        {
            var order = left.Bytes.AsSpan().SequenceCompareTo(right.Bytes);
            return order != 0 ? order : left.Id.CompareTo(right.Id);
        });
        _tokens = new int[sorted.Length];
        var labels = new List<byte> { 0 };
        var depths = new List<ushort> { 0 };
        var ends = new List<int> { 0 };
        var starts = new List<int> { 0 };
        var path = new List<int> { 0 };
        byte[] previous = [];
        for (var i = 0; i < sorted.Length; i++)
        {
            var (id, bytes) = sorted[i];
            var common = previous.AsSpan().CommonPrefixLength(bytes);
            Close(path, common, labels.Count, ends);
            for (var depth = common; depth < bytes.Length; depth++)
            {
                path.Add(labels.Count);
                labels.Add(bytes[depth]);
                depths.Add(checked((ushort)(depth + 1)));
                ends.Add(0);
                starts.Add(i);
            }

            _tokens[i] = id;
            MaxDepth = Math.Max(MaxDepth, bytes.Length);
            previous = bytes;
        }

        Close(path, -1, labels.Count, ends);
        starts.Add(sorted.Length);
        (_labels, _depths, _ends, _starts) = ([.. labels], [.. depths], [.. ends], [.. starts]);
        _below = new ulong[_labels.Length];
        _whole = new ulong[_labels.Length];
        _facts = new ulong[vocabularySize];
        FindFacts();
    }

    /// <summary>Bytes of the longest token.</summary>
    public int MaxDepth { get; }

    /// <summary>Nodes, the root (0) among them.</summary>
    public int NodeCount => _labels.Length;

    public ReadOnlySpan<byte> Labels => _labels;

    /// <summary>Bytes from the root to each node.</summary>
    public ReadOnlySpan<ushort> Depths => _depths;

    /// <summary>The node behind each node's subtree.</summary>
    public ReadOnlySpan<int> Ends => _ends;

    /// <summary>The tokens in the order of the nodes at which they end.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>Where the tokens of each node begin in <see cref="Tokens"/>; one entry behind the last node.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>Of which characters the texts from each node to the tokens below it are (see <see cref="CharacterGroups"/>).</summary>
    public ReadOnlySpan<ulong> Below => _below;

    /// <summary>Of which characters the tokens at and below each node are, from their first byte.</summary>
    public ReadOnlySpan<ulong> Whole => _whole;

    /// <summary>Sets the bits of the tokens that are of certain characters and not too long; the last of their characters may lack bytes.</summary>
    /// <param name="groups">The groups of characters.</param>
    /// <param name="length">The most characters.</param>
    /// <param name="bits">The bits, to which those of the tokens are added.</param>
    public void AddTokensOf(ulong groups, int length, Span<ulong> bits)
    {
        ulong[]? set;
        lock (_gate)
        {
            length = Math.Min(length, CharacterGroups.CharactersOf(_whole[0]));
            if (!_sets.TryGetValue((groups, length), out set))
            {
                if (_sets.Count == MostSets)
                {
                    _sets.Clear();
                }

                _sets.Add((groups, length), set = Find(~groups & CharacterGroups.AllGroups, length));
            }
        }

        for (var i = 0; i < set.Length; i++)
        {
            bits[i] |= set[i];
        }
    }

    private ulong[] Find(ulong excluded, int length)
    {
        var set = new ulong[(_facts.Length + 63) / 64];
        for (var id = 0; id < _facts.Length; id++)
        {
            var isIn = (_facts[id] & excluded) == 0 && CharacterGroups.CharactersOf(_facts[id]) <= length;
            set[id >> 6] |= (isIn ? 1UL : 0UL) << id;
        }

        return set;
    }

    private void FindFacts()
    {
        var stages = new CharacterGroups.Stage[_labels.Length];
        var parents = new int[_labels.Length];
        var path = new int[MaxDepth + 1];
        var own = new ulong[_labels.Length];
        _facts.AsSpan().Fill(ulong.MaxValue);
        for (var node = 1; node < _labels.Length; node++)
        {
            path[_depths[node]] = node;
            var parent = parents[node] = path[_depths[node] - 1];
            (stages[node], own[node]) = CharacterGroups.Read(stages[parent], _labels[node]);
            _whole[node] = CharacterGroups.Join(_whole[parent], own[node]);
            foreach (var token in _tokens.AsSpan(_starts[node], _starts[node + 1] - _starts[node]))
            {
                _facts[token] = _whole[node];
            }
        }

        for (var node = _labels.Length - 1; node >= 0; node--)
        {
            _whole[node] = CharacterGroups.Join(_whole[node], _below[node]);
            if (node > 0)
            {
                ref var above = ref _below[parents[node]];
                above = CharacterGroups.Union(above, CharacterGroups.Join(own[node], _below[node]));
            }

            if (stages[node] != CharacterGroups.Stage.Boundary)
            {
                // What follows here goes on with a character that has begun: no text of its own.
                _below[node] |= 1UL << CharacterGroups.Malformed;
            }
        }
    }

    private static void Close(List<int> path, int keptDepth, int end, List<int> ends)
    {
        while (path.Count > keptDepth + 1)
        {
            ends[path[^1]] = end;
            path.RemoveAt(path.Count - 1);
        }
    }
}
