using System.Runtime.InteropServices;

namespace Gyre.Models.Constraints.Regexes;

/// <summary>Turns an expression into a nondeterministic automaton (Thompson's construction) and that into a deterministic one.</summary>
internal sealed class CodePointNfa(CompileBudget budget)
{
    private readonly List<CodePointSet> _sets = [];
    private readonly Dictionary<CodePointSet, int> _setIds = [];

    /// <summary>One entry a state: its two possible edges.</summary>
    private readonly List<State> _states = [];

    private enum EdgeKind
    {
        Free,
        AtStart,
        AtEnd,
        Character,
    }

    /// <summary>The transition table and the accepting states.</summary>
    public (CodePointAlphabet Alphabet, int[] Next, bool[] Accepts) Determinize(RegexNode node, bool isSearch)
    {
        var accept = Add(new State(EdgeKind.Free, -1, -1, -1));
        var tail = isSearch ? AddLoop(accept) : accept;
        var start = Build(node, tail);
        start = isSearch ? AddLoop(start) : start;
        var alphabet = CodePointAlphabet.Of(_sets, budget);
        var classesOfSet = _sets.ConvertAll(alphabet.ClassesOf);
        var search = new Determinizer(this, alphabet, classesOfSet, accept, isSearch ? tail : -1);
        return search.Run(start);
    }

    /// <summary>Any text before what follows.</summary>
    private int AddLoop(int then)
    {
        var loop = Add(new State(EdgeKind.Free, then, -1, -1));
        var any = Add(new State(EdgeKind.Character, loop, -1, SetId(CodePointSet.All)));
        _states[loop] = _states[loop] with { Second = any };
        return loop;
    }

    private int Add(State state)
    {
        budget.Spend(1);
        budget.CheckStates(_states.Count);
        _states.Add(state);
        return _states.Count - 1;
    }

    private int SetId(CodePointSet set)
    {
        if (!_setIds.TryGetValue(set, out var id))
        {
            _setIds.Add(set, id = _sets.Count);
            _sets.Add(set);
        }

        return id;
    }

    /// <summary>Adds the states of a node before those that follow; returns where it begins.</summary>
    private int Build(RegexNode node, int then)
    {
        switch (node)
        {
            case RegexSet set:
                return Add(new State(EdgeKind.Character, then, -1, SetId(set.Set)));
            case RegexStart:
                return Add(new State(EdgeKind.AtStart, then, -1, -1));
            case RegexEnd:
                return Add(new State(EdgeKind.AtEnd, then, -1, -1));
            case RegexSequence sequence:
                for (var i = sequence.Parts.Count - 1; i >= 0; i--)
                {
                    then = Build(sequence.Parts[i], then);
                }

                return then;
            case RegexChoice choice:
                return BuildChoice(choice, then);
            case RegexRepeat repeat:
                return BuildRepeat(repeat, then);
            default:
                throw new ArgumentOutOfRangeException(nameof(node), node.GetType().Name, "An unknown kind of expression.");
        }
    }

    private int BuildChoice(RegexChoice choice, int then)
    {
        // No branch at all matches nothing: a state without edges.
        var head = choice.Branches.Count == 0 ? Add(new State(EdgeKind.Free, -1, -1, -1)) : Build(choice.Branches[^1], then);
        for (var i = choice.Branches.Count - 2; i >= 0; i--)
        {
            head = Add(new State(EdgeKind.Free, Build(choice.Branches[i], then), head, -1));
        }

        return head;
    }

    private int BuildRepeat(RegexRepeat repeat, int then)
    {
        var head = then;
        if (repeat.Maximum is { } maximum)
        {
            for (var i = repeat.Minimum; i < maximum; i++)
            {
                // Skipping goes straight to the end, so that closures stay short.
                head = Add(new State(EdgeKind.Free, Build(repeat.Part, head), then, -1));
            }
        }
        else
        {
            head = Add(new State(EdgeKind.Free, then, -1, -1));
            var body = Build(repeat.Part, head);
            _states[head] = _states[head] with { Second = body };
        }

        for (var i = 0; i < repeat.Minimum; i++)
        {
            head = Build(repeat.Part, head);
        }

        return head;
    }

    private readonly record struct State(EdgeKind Kind, int First, int Second, int Set);

    /// <summary>The subset construction.</summary>
    private sealed class Determinizer(CodePointNfa nfa, CodePointAlphabet alphabet, List<int[]> classesOfSet, int accept, int absorbing)
    {
        private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
        private readonly List<int[]> _subsets = [];
        private readonly HashSet<int> _seen = [];
        private readonly Stack<int> _waiting = [];
        private readonly List<int> _members = [];

        public (CodePointAlphabet Alphabet, int[] Next, bool[] Accepts) Run(int start)
        {
            // The first state alone is before the first character, so it is no other state's equal.
            _subsets.Add(Close([start], isAtStart: true));
            var next = new List<int>();
            var buckets = new List<int>[alphabet.Count];
            for (var symbol = 0; symbol < buckets.Length; symbol++)
            {
                buckets[symbol] = [];
            }

            for (var id = 0; id < _subsets.Count; id++)
            {
                foreach (var member in _subsets[id])
                {
                    var state = nfa._states[member];
                    if (state.Kind == EdgeKind.Character)
                    {
                        nfa.Charge(classesOfSet[state.Set].Length);
                        foreach (var symbol in classesOfSet[state.Set])
                        {
                            buckets[symbol].Add(state.First);
                        }
                    }
                }

                nfa.Charge(buckets.Length);
                foreach (var bucket in buckets)
                {
                    next.Add(bucket.Count == 0 ? -1 : Intern(Close(bucket, isAtStart: false)));
                    bucket.Clear();
                }
            }

            bool[] accepts = [.. _subsets.Select((subset, id) => IsAccepting(subset, isAtStart: id == 0))];
            return (alphabet, [.. next], accepts);
        }

        private int Intern(int[] subset)
        {
            var key = new string(MemoryMarshal.Cast<int, char>(subset));
            if (!_ids.TryGetValue(key, out var id))
            {
                _ids.Add(key, id = _subsets.Count);
                _subsets.Add(subset);
                nfa.CheckStates(_subsets.Count);
            }

            return id;
        }

        /// <summary>What can be reached without reading; kept are the states that read and those that the end may need.</summary>
        private int[] Close(List<int> from, bool isAtStart)
        {
            _seen.Clear();
            _members.Clear();
            Reach(from, isAtStart, isAtEnd: false);
            if (absorbing >= 0 && _seen.Contains(absorbing))
            {
                // Whatever follows is accepted: one state stands for all such.
                return Only(absorbing);
            }

            _members.Sort();
            return [.. _members];
        }

        private int[] Only(int state)
        {
            _seen.Clear();
            _members.Clear();
            Reach([state], isAtStart: false, isAtEnd: false);
            _members.Sort();
            return [.. _members];
        }

        private bool IsAccepting(int[] subset, bool isAtStart)
        {
            _seen.Clear();
            _members.Clear();
            Reach([.. subset], isAtStart, isAtEnd: true);
            return _seen.Contains(accept);
        }

        private void Reach(List<int> from, bool isAtStart, bool isAtEnd)
        {
            foreach (var state in from)
            {
                Push(state);
            }

            while (_waiting.TryPop(out var id))
            {
                nfa.Charge(1);
                var state = nfa._states[id];
                var isPassable = state.Kind switch
                {
                    EdgeKind.Free => true,
                    EdgeKind.AtStart => isAtStart,
                    EdgeKind.AtEnd => isAtEnd,
                    _ => false,
                };
                if (isPassable)
                {
                    Push(state.First);
                    Push(state.Second);
                }

                if (state.Kind is EdgeKind.Character or EdgeKind.AtEnd || id == accept)
                {
                    _members.Add(id);
                }
            }
        }

        private void Push(int state)
        {
            if (state >= 0 && _seen.Add(state))
            {
                _waiting.Push(state);
            }
        }
    }

    private void Charge(long steps) => budget.Spend(steps);

    private void CheckStates(int count) => budget.CheckStates(count);
}
