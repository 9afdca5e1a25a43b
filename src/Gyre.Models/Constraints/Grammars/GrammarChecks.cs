namespace Gyre.Models.Constraints.Grammars;

/// <summary>Looks for what would make a generation fail late: dead ends, and rules that call themselves before they read.</summary>
internal sealed class GrammarChecks(List<GrammarAutomaton.RuleState> states, int[] starts, CompileBudget budget)
{
    private readonly bool[] _canEnd = new bool[states.Count];

    /// <summary>True when a rule can come to an end.</summary>
    public bool IsProductive(int rule) => _canEnd[starts[rule]];

    /// <summary>Removes the edges to states from which their rule cannot end, and calls of rules that cannot.</summary>
    public void RemoveDeadEnds()
    {
        // Users of each state and of each rule's start, so that every edge is looked at a bounded number of times.
        var users = new List<int>?[states.Count];
        for (var i = 0; i < states.Count; i++)
        {
            foreach (var edge in states[i].Edges)
            {
                (users[edge.Target] ??= []).Add(i);
            }

            foreach (var call in states[i].Calls)
            {
                (users[call.Return] ??= []).Add(i);
                (users[starts[call.Rule]] ??= []).Add(i);
            }

            budget.Spend(1 + states[i].Edges.Count + states[i].Calls.Count);
        }

        var waiting = new Stack<int>(Enumerable.Range(0, states.Count));
        while (waiting.TryPop(out var i))
        {
            budget.Spend(1);
            if (_canEnd[i] || !CanEnd(states[i]))
            {
                continue;
            }

            _canEnd[i] = true;
            foreach (var user in users[i] ?? [])
            {
                waiting.Push(user);
            }
        }

        foreach (var state in states)
        {
            state.Edges.RemoveAll(edge => !_canEnd[edge.Target]);
            state.Calls.RemoveAll(call => !_canEnd[call.Return] || !IsProductive(call.Rule));
        }
    }

    /// <summary>A rule that can call itself before it has read anything, or null.</summary>
    public int? FindLeftRecursion()
    {
        var isNullable = MarkNullable();
        var firstCalls = new List<int>[starts.Length];
        for (var rule = 0; rule < starts.Length; rule++)
        {
            firstCalls[rule] = FirstCalls(rule, isNullable);
        }

        // Depth-first search with a stack of its own: 1 while open, 2 when done.
        var marks = new byte[starts.Length];
        var path = new Stack<(int Rule, int Next)>();
        for (var root = 0; root < starts.Length; root++)
        {
            if (marks[root] != 0)
            {
                continue;
            }

            path.Push((root, 0));
            marks[root] = 1;
            while (path.TryPop(out var top))
            {
                if (top.Next == firstCalls[top.Rule].Count)
                {
                    marks[top.Rule] = 2;
                    continue;
                }

                path.Push((top.Rule, top.Next + 1));
                var called = firstCalls[top.Rule][top.Next];
                if (marks[called] == 1)
                {
                    return called;
                }

                if (marks[called] == 0)
                {
                    marks[called] = 1;
                    path.Push((called, 0));
                }
            }
        }

        return null;
    }

    private bool CanEnd(GrammarAutomaton.RuleState state)
    {
        budget.Spend(state.Edges.Count + state.Calls.Count);
        return state.Accepts
            || state.Edges.Exists(edge => _canEnd[edge.Target])
            || state.Calls.Exists(call => _canEnd[call.Return] && IsProductive(call.Rule));
    }

    private bool[] MarkNullable()
    {
        var isNullable = new bool[starts.Length];
        for (var hasChanged = true; hasChanged;)
        {
            hasChanged = false;
            for (var rule = 0; rule < starts.Length; rule++)
            {
                if (!isNullable[rule] && Reach(rule, isNullable).Exists(state => states[state].Accepts))
                {
                    isNullable[rule] = hasChanged = true;
                }
            }
        }

        return isNullable;
    }

    private List<int> FirstCalls(int rule, bool[] isNullable) =>
        [.. Reach(rule, isNullable).SelectMany(state => states[state].Calls).Select(call => call.Rule).Distinct()];

    /// <summary>The states of a rule that are reached without reading.</summary>
    private List<int> Reach(int rule, bool[] isNullable)
    {
        List<int> reached = [starts[rule]];
        for (var i = 0; i < reached.Count; i++)
        {
            foreach (var call in states[reached[i]].Calls)
            {
                budget.Spend(1);
                if (isNullable[call.Rule] && !reached.Contains(call.Return))
                {
                    reached.Add(call.Return);
                }
            }

            budget.Spend(1);
        }

        return reached;
    }
}
