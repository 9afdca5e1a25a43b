namespace Gyre.Models.Constraints.Grammars;

/// <summary>
/// A grammar ready to run: for each rule a deterministic automaton whose edges read a class of bytes or call a rule.
/// States of all rules share one numbering. Immutable.
/// </summary>
/// <remarks>Every state can be left towards the end of its rule, so what has been read can always be completed.</remarks>
internal sealed class GrammarAutomaton
{
    private readonly int[] _edgeStarts;
    private readonly ByteEdge[] _edges;
    private readonly int[] _callStarts;
    private readonly CallEdge[] _calls;
    private readonly bool[] _accepts;
    private readonly int[] _ruleStarts;

    private GrammarAutomaton(byte[] classOf, int classCount, List<RuleState> states, int[] ruleStarts)
    {
        ClassOf = classOf;
        ClassCount = classCount;
        _ruleStarts = ruleStarts;
        _edgeStarts = new int[states.Count + 1];
        _callStarts = new int[states.Count + 1];
        _accepts = [.. states.Select(state => state.Accepts)];
        for (var i = 0; i < states.Count; i++)
        {
            _edgeStarts[i + 1] = _edgeStarts[i] + states[i].Edges.Count;
            _callStarts[i + 1] = _callStarts[i] + states[i].Calls.Count;
        }

        _edges = [.. states.SelectMany(state => state.Edges)];
        _calls = [.. states.SelectMany(state => state.Calls)];
    }

    /// <summary>The class of each byte; bytes of one class are never told apart.</summary>
    public byte[] ClassOf { get; }

    public int ClassCount { get; }

    public int StateCount => _accepts.Length;

    /// <summary>The first state of the root.</summary>
    public int Start => _ruleStarts[0];

    /// <summary>Compiles a grammar.</summary>
    /// <remarks>Errors: RUN0702 when no text satisfies it, RUN0705 for left recursion, RUN0703 past a limit.</remarks>
    public static GrammarAutomaton Compile(GrammarRule root, CompileBudget budget, string? emptyReason = null)
    {
        var lowering = new GrammarLowering(budget);
        lowering.Lower(root);
        var subsets = new SubsetConstruction(lowering, budget);
        var (states, starts) = subsets.Run();
        var productivity = new GrammarChecks(states, starts, budget);
        productivity.RemoveDeadEnds();
        if (!productivity.IsProductive(0))
        {
            throw ConstraintErrors.Unsatisfiable(budget.What, emptyReason ?? "its rules never come to an end");
        }

        if (productivity.FindLeftRecursion() is { } rule)
        {
            throw ConstraintErrors.Grammar(
                $"left recursion (rule '{ConstraintErrors.Shorten(lowering.NameOf(rule))}' begins with itself)",
                "rules that read something before they call themselves; write repetitions with * or +",
                $"rule '{ConstraintErrors.Shorten(lowering.NameOf(rule))}'");
        }

        return new GrammarAutomaton(subsets.ClassOf, subsets.ClassCount, states, starts);
    }

    public bool Accepts(int state) => _accepts[state];

    public bool Reads(int state) => _edgeStarts[state] < _edgeStarts[state + 1];

    public ReadOnlySpan<CallEdge> Calls(int state) => _calls.AsSpan(_callStarts[state], _callStarts[state + 1] - _callStarts[state]);

    public int StartOf(int rule) => _ruleStarts[rule];

    /// <summary>True when a state only ends its rule, so that a call returning to it need not be remembered.</summary>
    public bool IsOnlyEnd(int state) => _accepts[state] && !Reads(state) && Calls(state).IsEmpty;

    /// <summary>The state after a byte of a class, or −1.</summary>
    public int Next(int state, int symbol)
    {
        var low = _edgeStarts[state];
        var high = _edgeStarts[state + 1] - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            ref readonly var edge = ref _edges[middle];
            if (symbol < edge.Low)
            {
                high = middle - 1;
            }
            else if (symbol > edge.High)
            {
                low = middle + 1;
            }
            else
            {
                return edge.Target;
            }
        }

        return -1;
    }

    /// <summary>On a byte of the classes <paramref name="Low"/> to <paramref name="High"/>.</summary>
    internal readonly record struct ByteEdge(byte Low, byte High, int Target);

    /// <summary>Runs a rule, then goes on at a state.</summary>
    internal readonly record struct CallEdge(int Rule, int Return);

    /// <summary>A state under construction.</summary>
    internal sealed class RuleState
    {
        public List<ByteEdge> Edges { get; } = [];

        public List<CallEdge> Calls { get; } = [];

        public bool Accepts { get; set; }
    }
}
