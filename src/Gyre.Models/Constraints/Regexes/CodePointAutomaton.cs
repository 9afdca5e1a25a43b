namespace Gyre.Models.Constraints.Regexes;

/// <summary>A deterministic finite automaton over characters, without states that lead nowhere. State 0 is the first.</summary>
internal sealed class CodePointAutomaton
{
    private readonly CodePointAlphabet _alphabet;
    private readonly int[] _next;
    private readonly bool[] _accepts;

    private CodePointAutomaton(CodePointAlphabet alphabet, int[] next, bool[] accepts)
    {
        _alphabet = alphabet;
        _next = next;
        _accepts = accepts;
    }

    public int StateCount => _accepts.Length;

    /// <summary>True when no text is accepted.</summary>
    public bool IsEmpty => _accepts.Length == 1 && !_accepts[0] && _next.All(target => target < 0);

    public bool Accepts(int state) => _accepts[state];

    /// <summary>The automaton of an expression.</summary>
    /// <param name="node">The expression.</param>
    /// <param name="isSearch">True when a part of the text may match (ECMA-262's test), false when all of it must.</param>
    /// <param name="budget">Counts the work.</param>
    public static CodePointAutomaton Of(RegexNode node, bool isSearch, CompileBudget budget)
    {
        var (alphabet, next, accepts) = new CodePointNfa(budget).Determinize(node, isSearch);
        return Trim(alphabet, next, accepts, budget);
    }

    /// <summary>The automaton of an expression's text, matched as a whole.</summary>
    public static CodePointAutomaton OfPattern(string pattern, CompileBudget budget) =>
        Of(RegexParser.Parse(pattern, "a built-in expression"), isSearch: false, budget);

    /// <summary>Texts of so many characters.</summary>
    public static CodePointAutomaton OfLength(int minimum, int? maximum, CompileBudget budget) =>
        Of(new RegexRepeat(new RegexSet(CodePointSet.All), minimum, maximum), isSearch: false, budget);

    /// <summary>Exactly these texts.</summary>
    public static CodePointAutomaton OfTexts(IEnumerable<string> texts, CompileBudget budget) =>
        Of(new RegexChoice([.. texts.Select(RegexNode.Literal)]), isSearch: false, budget);

    /// <summary>The texts that both accept.</summary>
    public static CodePointAutomaton Intersect(CodePointAutomaton left, CodePointAutomaton right, CompileBudget budget)
    {
        var pairs = new List<(int Left, int Right)>();
        var alphabet = CodePointAlphabet.Join(left._alphabet, right._alphabet, pairs);
        var ids = new Dictionary<(int Left, int Right), int> { [(0, 0)] = 0 };
        var states = new List<(int Left, int Right)> { (0, 0) };
        var next = new List<int>();
        for (var state = 0; state < states.Count; state++)
        {
            budget.Spend(alphabet.Count);
            budget.CheckStates(states.Count);
            var (leftState, rightState) = states[state];
            foreach (var (leftClass, rightClass) in pairs)
            {
                var target = (left.Next(leftState, leftClass), right.Next(rightState, rightClass));
                if (target.Item1 < 0 || target.Item2 < 0)
                {
                    next.Add(-1);
                    continue;
                }

                if (!ids.TryGetValue(target, out var id))
                {
                    ids.Add(target, id = states.Count);
                    states.Add(target);
                }

                next.Add(id);
            }
        }

        return Trim(alphabet, [.. next], [.. states.Select(pair => left._accepts[pair.Left] && right._accepts[pair.Right])], budget);
    }

    /// <summary>The texts that this one does not accept.</summary>
    public CodePointAutomaton Complement(CompileBudget budget)
    {
        budget.Spend(_next.Length);
        var sink = StateCount;
        var next = new int[(sink + 1) * _alphabet.Count];
        next.AsSpan().Fill(sink);
        for (var i = 0; i < _next.Length; i++)
        {
            next[i] = _next[i] < 0 ? sink : _next[i];
        }

        return Trim(_alphabet, next, [.. _accepts.Select(accepts => !accepts), true], budget);
    }

    public bool IsMatch(string text)
    {
        var state = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            state = Next(state, _alphabet.ClassOf(rune.Value));
            if (state < 0)
            {
                return false;
            }
        }

        return _accepts[state];
    }

    /// <summary>The states that follow a state, with the characters that lead there.</summary>
    public IEnumerable<(int Target, CodePointSet Characters)> Edges(int state)
    {
        var targets = _next.AsSpan(state * _alphabet.Count, _alphabet.Count).ToArray();
        foreach (var target in targets.Where(target => target >= 0).Distinct())
        {
            yield return (target, _alphabet.Characters(symbol => targets[symbol] == target));
        }
    }

    /// <summary>The automaton whose transitions a function gives; for automata that are arithmetic rather than patterns.</summary>
    /// <param name="characters">The characters it reads, one class each.</param>
    /// <param name="states">How many states it has.</param>
    /// <param name="next">From a state and the index of a character to a state, or −1.</param>
    /// <param name="accepts">Which states accept.</param>
    /// <param name="budget">Counts the work.</param>
    public static CodePointAutomaton OfFunction(string characters, int states, Func<int, int, int> next, Func<int, bool> accepts, CompileBudget budget)
    {
        budget.CheckStates(states);
        budget.Spend((long)states * characters.Length);
        var alphabet = CodePointAlphabet.Of([.. characters.Select(character => CodePointSet.Of((character, character)))], budget);
        var table = new int[states * alphabet.Count];
        table.AsSpan().Fill(-1);
        for (var state = 0; state < states; state++)
        {
            for (var i = 0; i < characters.Length; i++)
            {
                table[(state * alphabet.Count) + alphabet.ClassOf(characters[i])] = next(state, i);
            }
        }

        return Trim(alphabet, table, [.. Enumerable.Range(0, states).Select(accepts)], budget);
    }

    private int Next(int state, int symbol) => symbol < 0 ? -1 : _next[(state * _alphabet.Count) + symbol];

    /// <summary>Drops the states from which no text is accepted, and those that nothing reaches.</summary>
    private static CodePointAutomaton Trim(CodePointAlphabet alphabet, int[] next, bool[] accepts, CompileBudget budget)
    {
        var width = alphabet.Count;
        var isLive = MarkLive(next, accepts, width, budget);
        if (!isLive[0])
        {
            return new CodePointAutomaton(alphabet, [.. Enumerable.Repeat(-1, width)], [false]);
        }

        var ids = new int[accepts.Length];
        ids.AsSpan().Fill(-1);
        List<int> order = [0];
        ids[0] = 0;
        var kept = new List<int>();
        for (var i = 0; i < order.Count; i++)
        {
            foreach (var target in next.AsSpan(order[i] * width, width))
            {
                if (target >= 0 && isLive[target] && ids[target] < 0)
                {
                    ids[target] = order.Count;
                    order.Add(target);
                }

                kept.Add(target >= 0 && isLive[target] ? ids[target] : -1);
            }
        }

        return new CodePointAutomaton(alphabet, [.. kept], [.. order.Select(state => accepts[state])]);
    }

    private static bool[] MarkLive(int[] next, bool[] accepts, int width, CompileBudget budget)
    {
        budget.Spend(next.Length);

        // Edges turned round, as linked lists.
        var heads = new int[accepts.Length];
        heads.AsSpan().Fill(-1);
        var links = new int[next.Length];
        for (var edge = 0; edge < next.Length; edge++)
        {
            if (next[edge] >= 0)
            {
                links[edge] = heads[next[edge]];
                heads[next[edge]] = edge;
            }
        }

        var isLive = (bool[])accepts.Clone();
        var waiting = new Stack<int>(Enumerable.Range(0, accepts.Length).Where(state => accepts[state]));
        while (waiting.TryPop(out var state))
        {
            for (var edge = heads[state]; edge >= 0; edge = links[edge])
            {
                if (!isLive[edge / width])
                {
                    isLive[edge / width] = true;
                    waiting.Push(edge / width);
                }
            }
        }

        return isLive;
    }
}
