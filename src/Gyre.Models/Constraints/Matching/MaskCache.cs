using System.Numerics;
using Gyre.Tensors;

namespace Gyre.Models.Constraints.Matching;

/// <summary>The tokens that may follow, by configuration, of one grammar over one vocabulary; the least recently used are let go.</summary>
/// <remarks>
/// What a state allows inside its own rule is found once and shared by all configurations that hold the state: a walk over
/// the vocabulary, which passes over the parts that a run of characters settles (<see cref="CharacterRuns"/>). Where the rule
/// ends in the middle of a token, the rest of the token is checked against the calls around it, each time. Safe for several
/// threads, one at a time.
/// </remarks>
internal sealed class MaskCache
{
    /// <summary>Memory for whole masks, and as much again for those of single states.</summary>
    private const long MaxBytes = 32 << 20;

    /// <summary>Subtrees of fewer nodes are walked without a look at what is known of them.</summary>
    private const int FewestNodes = 8;

    private readonly PushdownMachine _machine;
    private readonly VocabularyTrie _trie;
    private readonly int _words;
    private readonly int _capacity;
    private readonly Lock _gate = new();
    private readonly Dictionary<Configuration, LinkedListNode<Entry>> _masks = [];
    private readonly LinkedList<Entry> _recent = [];
    private readonly Dictionary<int, LocalMask> _locals = [];
    private readonly Configuration[] _path;
    private readonly List<int> _exits = [];
    private readonly CharacterRuns _runs;
    private readonly bool _usesRuns;
    private long _localBytes;

    /// <param name="machine">The grammar.</param>
    /// <param name="trie">The vocabulary.</param>
    /// <param name="words">The 64-bit words of a mask.</param>
    /// <param name="usesRuns">False to look at every token by itself: what the shorter ways are tested against.</param>
    public MaskCache(PushdownMachine machine, VocabularyTrie trie, int words, bool usesRuns = true)
    {
        _runs = new CharacterRuns(machine);
        _usesRuns = usesRuns;
        _machine = machine;
        _trie = trie;
        _words = words;
        _capacity = (int)Math.Max(16, MaxBytes / (words * sizeof(ulong)));
        _path = new Configuration[trie.MaxDepth + 1];
    }

    /// <summary>Masks computed so far; for tests and benchmarks.</summary>
    internal long ComputedCount { get; private set; }

    /// <summary>Nodes of the vocabulary's tree that were stepped to so far; for tests and benchmarks.</summary>
    internal long VisitCount { get; private set; }

    /// <summary>Walks over the whole vocabulary so far; for tests and benchmarks.</summary>
    internal long WalkCount { get; private set; }

    /// <summary>Sets the bit of each token that may follow and clears the others.</summary>
    [HotPath]
    public void Fill(Configuration configuration, Span<ulong> destination)
    {
        lock (_gate)
        {
            if (_masks.TryGetValue(configuration, out var node))
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
            }
            else
            {
                node = Add(configuration);
            }

            node.Value.Bits.CopyTo(destination);
        }
    }

    private LinkedListNode<Entry> Add(Configuration configuration)
    {
        ulong[] bits;
        if (_recent.Count >= _capacity)
        {
            var last = _recent.Last!; // There is one: the capacity is not zero.
            bits = last.Value.Bits;
            _masks.Remove(last.Value.Configuration);
            _recent.RemoveLast();
        }
        else
        {
            bits = new ulong[_words];
        }

        Compute(configuration, bits);
        var node = _recent.AddFirst(new Entry(configuration, bits));
        _masks.Add(configuration, node);
        return node;
    }

    private void Compute(Configuration configuration, ulong[] bits)
    {
        ComputedCount++;
        bits.AsSpan().Clear();
        if (_usesRuns && IsBetterWhole(configuration))
        {
            WalkAll(configuration, _runs.Of(configuration), bits, exits: null);
            return;
        }

        var previous = -1;
        LocalMask? local = null;
        foreach (var item in configuration.Items)
        {
            if (item.State != previous)
            {
                local = Local(item.State);
                local.AddTo(bits);
                previous = item.State;
            }

            if (item.Frame is { } frame && local!.Exits.Length > 0) // Set above: no state is −1.
            {
                var rest = _machine.Resume(frame);
                foreach (var exit in local.Exits)
                {
                    Walk(exit, rest, bits, exits: null, CharacterRun.None);
                }
            }
        }
    }

    private LocalMask Local(int state)
    {
        if (_locals.TryGetValue(state, out var known))
        {
            return known;
        }

        _exits.Clear();
        var bits = new ulong[_words];
        WalkAll(_machine.Local(state), _usesRuns ? _runs.OfLocal(state) : CharacterRun.None, bits, _exits);
        var local = LocalMask.Of(bits, [.. _exits]);
        if (_localBytes + local.Bytes > MaxBytes)
        {
            _locals.Clear();
            _localBytes = 0;
        }

        _localBytes += local.Bytes;
        _locals.Add(state, local);
        return local;
    }

    /// <summary>
    /// True when what is around the rules goes on as their insides do, or ends what they leave open: inside alone, nearly
    /// every token would cross the end of a rule.
    /// </summary>
    private bool IsBetterWhole(Configuration configuration)
    {
        var whole = _runs.Of(configuration);
        var settles = false;
        var longest = 0;
        foreach (var item in configuration.Items)
        {
            var local = _runs.OfLocal(item.State);
            settles |= local.SettlesAll;
            longest = Math.Max(longest, local.Length);
        }

        return !settles && (whole.SettlesAll || whole.Length > longest);
    }

    private void WalkAll(Configuration from, CharacterRun run, ulong[] bits, List<int>? exits)
    {
        WalkCount++;
        if (run.Length > 0)
        {
            _trie.AddTokensOf(run.Groups, run.Length, bits);
        }

        Walk(0, from, bits, exits, run);
    }

    /// <summary>Sets the bits of the tokens below a node whose rest can be read.</summary>
    /// <param name="root">The node.</param>
    /// <param name="from">What is read up to it.</param>
    /// <param name="bits">The bits.</param>
    /// <param name="exits">Receives the nodes at which the rule may end in the middle of a token; null where it has an outside.</param>
    /// <param name="settled">A run from the trie's root whose tokens are in the bits.</param>
    private void Walk(int root, Configuration from, ulong[] bits, List<int>? exits, CharacterRun settled)
    {
        var labels = _trie.Labels;
        var depths = _trie.Depths;
        var ends = _trie.Ends;
        var tokens = _trie.Tokens;
        var starts = _trie.Starts;
        var below = _trie.Below;
        var whole = _trie.Whole;
        var end = ends[root];
        var excluded = settled.Length > 0 ? settled.Excluded : ulong.MaxValue;
        var longest = settled.IsExact ? CharacterGroups.MostCharacters : settled.Length;
        _path[depths[root]] = from;
        for (var node = root + 1; node < end;)
        {
            if ((whole[node] & excluded) == 0 && CharacterGroups.CharactersOf(whole[node]) <= longest)
            {
                node = ends[node];
                continue;
            }

            var next = _machine.Step(_path[depths[node] - 1], labels[node]);
            if (next.IsDead)
            {
                node = ends[node];
                continue;
            }

            VisitCount++;
            var last = node + 1;
            if (ends[node] - node > FewestNodes && _usesRuns && _runs.Of(next) is var run
                && CharacterGroups.CharactersOf(below[node]) <= run.Length && (below[node] & run.Excluded) == 0)
            {
                // Everything below can be read, so that no exit matters there.
                last = ends[node];
            }

            foreach (var token in tokens[starts[node]..starts[last]])
            {
                bits[token >> 6] |= 1UL << token;
            }

            if (last == node + 1 && last < ends[node] && next.IsComplete)
            {
                exits?.Add(node);
            }

            _path[depths[node]] = next;
            node = last;
        }
    }

    private readonly record struct Entry(Configuration Configuration, ulong[] Bits);

    /// <summary>The tokens that a state allows whatever calls are around it, and the nodes at which its rule may end.</summary>
    private sealed class LocalMask(ulong[] bits, int[] tokens, int[] exits)
    {
        public int[] Exits => exits;

        public long Bytes => (bits.Length * sizeof(ulong)) + ((tokens.Length + exits.Length) * sizeof(int));

        /// <summary>Kept as a list where the tokens are few.</summary>
        public static LocalMask Of(ulong[] bits, int[] exits)
        {
            var count = 0;
            foreach (var word in bits)
            {
                count += BitOperations.PopCount(word);
            }

            if (count > bits.Length)
            {
                return new LocalMask(bits, [], exits);
            }

            var tokens = new int[count];
            for (var (i, word) = (0, 0); word < bits.Length; word++)
            {
                for (var rest = bits[word]; rest != 0; rest &= rest - 1)
                {
                    tokens[i++] = (word << 6) + BitOperations.TrailingZeroCount(rest);
                }
            }

            return new LocalMask([], tokens, exits);
        }

        public void AddTo(ulong[] destination)
        {
            for (var i = 0; i < bits.Length; i++)
            {
                destination[i] |= bits[i];
            }

            foreach (var token in tokens)
            {
                destination[token >> 6] |= 1UL << token;
            }
        }
    }
}
