using System.Runtime.InteropServices;

namespace Gyre.Models.Constraints.Grammars;

/// <summary>Makes every rule deterministic in its bytes and calls.</summary>
internal sealed class SubsetConstruction
{
    private readonly GrammarLowering _lowering;
    private readonly ByteNfa _nfa;
    private readonly CompileBudget _budget;
    private readonly List<GrammarAutomaton.RuleState> _states = [];
    private readonly List<int[]> _subsets = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly int[] _marks;
    private readonly Stack<int> _waiting = [];
    private readonly List<int> _members = [];
    private readonly List<int>[] _buckets;
    private readonly SortedDictionary<int, List<int>> _calls = [];
    private int _mark;

    public SubsetConstruction(GrammarLowering lowering, CompileBudget budget)
    {
        _lowering = lowering;
        _nfa = lowering.Nfa;
        _budget = budget;
        _marks = new int[_nfa.StateCount];
        ClassOf = new byte[256];
        var cuts = new bool[257];
        foreach (var edge in _nfa.AllEdges)
        {
            if (edge.Kind == ByteNfa.EdgeKind.Bytes)
            {
                cuts[edge.Low] = true;
                cuts[edge.High + 1] = true;
            }
        }

        var last = 0;
        for (var value = 1; value < 256; value++)
        {
            last += cuts[value] ? 1 : 0;
            ClassOf[value] = (byte)last;
        }

        ClassCount = last + 1;
        _buckets = new List<int>[ClassCount];
        for (var i = 0; i < ClassCount; i++)
        {
            _buckets[i] = [];
        }
    }

    public byte[] ClassOf { get; }

    public int ClassCount { get; }

    public (List<GrammarAutomaton.RuleState> States, int[] Starts) Run()
    {
        var starts = new int[_lowering.Bounds.Count];
        for (var rule = 0; rule < starts.Length; rule++)
        {
            // States of different rules are never equal, because their members belong to one rule only.
            var accept = _lowering.Bounds[rule].Accept;
            var first = _states.Count;
            starts[rule] = Intern([_lowering.Bounds[rule].Start]);
            for (var id = first; id < _states.Count; id++)
            {
                Expand(id, accept);
            }
        }

        return (_states, starts);
    }

    private void Expand(int id, int accept)
    {
        var state = _states[id];
        foreach (var member in _subsets[id])
        {
            state.Accepts |= member == accept;
            for (var index = _nfa.HeadOf(member); index >= 0;)
            {
                var edge = _nfa.AllEdges[index];
                index = edge.Following;
                if (edge.Kind == ByteNfa.EdgeKind.Bytes)
                {
                    var (low, high) = (ClassOf[edge.Low], ClassOf[edge.High]);
                    _budget.Spend(high - low + 1);
                    for (int symbol = low; symbol <= high; symbol++)
                    {
                        _buckets[symbol].Add(edge.Target);
                    }
                }
                else if (edge.Kind == ByteNfa.EdgeKind.Call)
                {
                    if (!_calls.TryGetValue(edge.Rule, out var returns))
                    {
                        _calls.Add(edge.Rule, returns = []);
                    }

                    _budget.Spend(1);
                    returns.Add(edge.Target);
                }
            }
        }

        _budget.Spend(ClassCount);
        var target = -1;
        for (var symbol = 0; symbol < _buckets.Length; symbol++)
        {
            // Neighbours mostly lead to the same states.
            var isRepeated = symbol > 0 && _buckets[symbol].Count > 0 && CollectionsMarshal.AsSpan(_buckets[symbol]).SequenceEqual(CollectionsMarshal.AsSpan(_buckets[symbol - 1]));
            target = _buckets[symbol].Count == 0 ? -1 : isRepeated ? target : Intern(_buckets[symbol]);
            if (target >= 0)
            {
                AddEdge(state, (byte)symbol, target);
            }
        }

        foreach (var bucket in _buckets)
        {
            bucket.Clear();
        }

        foreach (var (rule, returns) in _calls)
        {
            state.Calls.Add(new GrammarAutomaton.CallEdge(rule, Intern(returns)));
        }

        _calls.Clear();
        _subsets[id] = [];
    }

    /// <summary>Neighbouring classes with one target become one edge.</summary>
    private static void AddEdge(GrammarAutomaton.RuleState state, byte symbol, int target)
    {
        if (state.Edges.Count > 0 && state.Edges[^1] is var last && last.Target == target && last.High == symbol - 1)
        {
            state.Edges[^1] = last with { High = symbol };
        }
        else
        {
            state.Edges.Add(new GrammarAutomaton.ByteEdge(symbol, symbol, target));
        }
    }

    private int Intern(List<int> from)
    {
        _mark++;
        _members.Clear();
        foreach (var state in from)
        {
            Push(state);
        }

        while (_waiting.TryPop(out var state))
        {
            _members.Add(state);
            for (var index = _nfa.FreeHeadOf(state); index >= 0; index = _nfa.AllEdges[index].Following)
            {
                Push(_nfa.AllEdges[index].Target);
            }

            _budget.Spend(1);
        }

        _members.Sort();
        var key = new string(MemoryMarshal.Cast<int, char>(CollectionsMarshal.AsSpan(_members)));
        if (!_ids.TryGetValue(key, out var id))
        {
            _ids.Add(key, id = _states.Count);
            _states.Add(new GrammarAutomaton.RuleState());
            _subsets.Add([.. _members]);
            _budget.CheckStates(_states.Count);
        }

        return id;
    }

    private void Push(int state)
    {
        if (_marks[state] != _mark)
        {
            _marks[state] = _mark;
            _waiting.Push(state);
        }
    }
}
