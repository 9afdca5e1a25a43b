namespace Gyre.Models.Constraints.Grammars;

/// <summary>Writes the rules of a grammar as one nondeterministic automaton of bytes and calls.</summary>
internal sealed class GrammarLowering(CompileBudget budget)
{
    /// <summary>Copies of a repeated part that stand side by side; longer repetitions call rules of this many.</summary>
    private const int ChunkLength = 64;

    /// <summary>Repetitions of fewer copies and states than this are written out.</summary>
    private const int MostCopiedStates = 2048;

    /// <summary>A part with more states than this is called rather than copied.</summary>
    private const int MostStatesOfCopy = 128;

    private readonly Dictionary<GrammarNode, int> _sizes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<GrammarNode, Dictionary<(int Minimum, int? Maximum), RuleNode>> _repetitions = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<GrammarRule, int> _ids = [];
    private readonly List<GrammarRule> _rules = [];

    public ByteNfa Nfa { get; } = new(budget);

    /// <summary>First and last state of each rule; the root is rule 0.</summary>
    public List<(int Start, int Accept)> Bounds { get; } = [];

    public string NameOf(int rule) => _rules[rule].Name;

    /// <summary>Lowers a rule and everything it reaches.</summary>
    public void Lower(GrammarRule root)
    {
        IdOf(root);
        for (var id = 0; id < _rules.Count; id++)
        {
            var start = Nfa.AddState();
            var accept = Nfa.AddState();
            Bounds.Add((start, accept));
            Lower(_rules[id].Body, start, accept);
        }
    }

    private int IdOf(GrammarRule rule)
    {
        if (!_ids.TryGetValue(rule, out var id))
        {
            _ids.Add(rule, id = _rules.Count);
            _rules.Add(rule);
            budget.CheckStates(_rules.Count);
        }

        return id;
    }

    private void Lower(GrammarNode node, int from, int target)
    {
        budget.Spend(1);
        switch (node)
        {
            case BytesNode bytes:
                Nfa.AddText(from, bytes.Bytes, target);
                break;
            case CharacterNode character:
                Nfa.AddCharacters(from, character.Set, target);
                break;
            case RuleNode call:
                Nfa.AddCall(from, IdOf(call.Rule), target);
                break;
            case SequenceNode sequence:
                LowerSequence(sequence.Parts, from, target);
                break;
            case ChoiceNode choice:
                foreach (var branch in choice.Branches)
                {
                    Lower(branch, from, target);
                }

                break;
            case RepeatNode repeat:
                LowerRepeat(repeat, from, target);
                break;
            case AutomatonNode automaton:
                LowerAutomaton(automaton, from, target);
                break;
            case MembersNode members:
                LowerMembers(members, from, target);
                break;
            case TriggerNode trigger:
                LowerTrigger(trigger, from, target);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(node), node.GetType().Name, "An unknown kind of node.");
        }
    }

    private void LowerSequence(IReadOnlyList<GrammarNode> parts, int from, int target)
    {
        if (parts.Count == 0)
        {
            Nfa.AddFree(from, target);
        }

        for (var i = 0; i < parts.Count; i++)
        {
            var next = i == parts.Count - 1 ? target : Nfa.AddState();
            Lower(parts[i], from, next);
            from = next;
        }
    }

    private void LowerRepeat(RepeatNode repeat, int from, int target)
    {
        var copies = Math.Max(repeat.Minimum, repeat.Maximum ?? 0);
        if (copies > 1 && repeat.Part is not (RuleNode or BytesNode))
        {
            var states = StatesOf(repeat.Part);
            if (copies > ChunkLength && (long)states * copies > MostCopiedStates)
            {
                LowerChunks(states <= MostStatesOfCopy ? repeat.Part : RuleOf(repeat.Part, 1, 1), repeat, from, target);
                return;
            }

            if (states * copies > MostStatesOfCopy)
            {
                Lower(RuleOf(repeat.Part, repeat.Minimum, repeat.Maximum), from, target);
                return;
            }
        }

        LowerCopies(repeat, from, target);
    }

    private void LowerCopies(RepeatNode repeat, int from, int target)
    {
        for (var i = 0; i < repeat.Minimum; i++)
        {
            from = LowerInto(repeat.Part, from);
        }

        if (repeat.Maximum is not { } maximum)
        {
            // A state of its own, so that the loop is not entered from elsewhere.
            var loop = Nfa.AddState();
            Nfa.AddFree(from, loop);
            Nfa.AddFree(loop, target);
            var back = LowerInto(repeat.Part, loop);
            Nfa.AddFree(back, loop);
            return;
        }

        for (var i = repeat.Minimum; i < maximum; i++)
        {
            Nfa.AddFree(from, target);
            from = LowerInto(repeat.Part, from);
        }

        Nfa.AddFree(from, target);
    }

    /// <summary>The states of one copy, measured once with a copy that nothing uses.</summary>
    private int StatesOf(GrammarNode part)
    {
        if (!_sizes.TryGetValue(part, out var states))
        {
            var before = Nfa.StateCount;
            var unused = Nfa.AddState();
            Lower(part, unused, Nfa.AddState());
            _sizes.Add(part, states = Nfa.StateCount - before);
        }

        return states;
    }

    /// <summary>
    /// A rule of so many copies, the same one whoever asks: one copy and then the rule of one copy less, so that all counts
    /// share their copies. The call is the rule's last, so it costs no frame.
    /// </summary>
    private RuleNode RuleOf(GrammarNode part, int minimum, int? maximum)
    {
        if (!_repetitions.TryGetValue(part, out var rules))
        {
            _repetitions.Add(part, rules = []);
        }

        if (!rules.TryGetValue((minimum, maximum), out var node))
        {
            var rule = new GrammarRule("repetition");
            rules.Add((minimum, maximum), node = new RuleNode(rule));
            rule.Body = (minimum, maximum) switch
            {
                (_, 0) => GrammarNode.Empty,
                (0, null) => part.Repeat(0, null),
                (0, { } most) => GrammarNode.Sequence(part, RuleOf(part, 0, most - 1)).Optional(),
                (1, 1) => part,
                _ => GrammarNode.Sequence(part, RuleOf(part, minimum - 1, maximum - 1)),
            };
        }

        return node;
    }

    private int LowerInto(GrammarNode part, int from)
    {
        var next = Nfa.AddState();
        Lower(part, from, next);
        return next;
    }

    /// <summary>Long repetitions as calls of a rule of 64 copies, so that the states are as many as the part's, not as the count.</summary>
    private void LowerChunks(GrammarNode part, RepeatNode repeat, int from, int target)
    {
        for (var i = 0; i < repeat.Minimum / ChunkLength; i++)
        {
            from = LowerInto(RuleOf(part, ChunkLength, ChunkLength), from);
        }

        if (repeat.Minimum % ChunkLength is var rest and > 0)
        {
            from = LowerInto(RuleOf(part, rest, rest), from);
        }

        if (repeat.Maximum is not { } maximum)
        {
            Lower(part.Repeat(0, null), from, target);
            return;
        }

        // A text is some whole chunks and then less than one, in one way only.
        var optional = maximum - repeat.Minimum;
        for (var i = 0; i < optional / ChunkLength; i++)
        {
            Lower(RuleOf(part, 0, ChunkLength - 1), from, target);
            from = LowerInto(RuleOf(part, ChunkLength, ChunkLength), from);
        }

        Lower(RuleOf(part, 0, optional % ChunkLength), from, target);
    }

    private void LowerAutomaton(AutomatonNode node, int from, int target)
    {
        var automaton = node.Automaton;
        var states = new int[automaton.StateCount];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = Nfa.AddState();
        }

        Nfa.AddFree(from, states[0]);
        for (var i = 0; i < states.Length; i++)
        {
            if (automaton.Accepts(i))
            {
                Nfa.AddFree(states[i], target);
            }

            foreach (var (next, characters) in automaton.Edges(i))
            {
                budget.Spend(characters.Ranges.Count);
                if (node.IsJson)
                {
                    Nfa.AddJsonCharacters(states[i], characters, states[next]);
                }
                else
                {
                    Nfa.AddCharacters(states[i], characters, states[next]);
                }
            }
        }
    }

    /// <summary>One state for each member that may come next and each number of members written, the number as far as it matters.</summary>
    private void LowerMembers(MembersNode node, int from, int target)
    {
        var most = Math.Max(1, Math.Max(node.Minimum, node.Maximum ?? 0));
        var states = new int[node.Members.Count + 1, most + 1];
        for (var i = 0; i <= node.Members.Count; i++)
        {
            for (var count = 0; count <= most; count++)
            {
                states[i, count] = i == 0 && count == 0 ? from : Nfa.AddState();
            }
        }

        for (var i = 0; i < node.Members.Count; i++)
        {
            var (key, value, isRequired) = node.Members[i];
            for (var count = 0; count <= most; count++)
            {
                if (!isRequired)
                {
                    Nfa.AddFree(states[i, count], states[i + 1, count]);
                }

                if (Following(node, count, most) is { } next)
                {
                    var separated = count == 0 ? states[i, count] : LowerInto(node.Separator, states[i, count]);
                    Lower(value, LowerInto(key, separated), states[i + 1, next]);
                }
            }
        }

        for (var count = 0; count <= most; count++)
        {
            var last = states[node.Members.Count, count];
            if (count >= node.Minimum)
            {
                Nfa.AddFree(last, target);
            }

            if (node.Others is { } others && Following(node, count, most) is { } next)
            {
                Lower(others, count == 0 ? last : LowerInto(node.Separator, last), states[node.Members.Count, next]);
            }
        }
    }

    /// <summary>The count after one more member: it stops growing where nothing asks for more; null when no more may come.</summary>
    private static int? Following(MembersNode node, int count, int most) =>
        count < (node.Maximum ?? int.MaxValue) ? Math.Min(count + 1, most) : null;

    private void LowerTrigger(TriggerNode node, int from, int target)
    {
        var automaton = new TriggerAutomaton([.. node.Triggers.Select(trigger => trigger.Trigger)]);
        var states = new int[automaton.StateCount];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = Nfa.AddState();
        }

        Nfa.AddFree(from, states[0]);
        var after = node.Repeats ? Nfa.AddState() : target;
        if (node.Repeats)
        {
            // Behind a structure the text may end, or go on as at the beginning.
            Nfa.AddFree(after, target);
            var again = new int[states.Length];
            for (var i = 0; i < again.Length; i++)
            {
                again[i] = Nfa.AddState();
            }

            Nfa.AddFree(after, again[0]);
            LowerFreeText(node, automaton, again, mayEnd: true, after, target);
        }

        LowerFreeText(node, automaton, states, node.MayStayFree, after, target);
    }

    private void LowerFreeText(TriggerNode node, TriggerAutomaton automaton, int[] states, bool mayEnd, int after, int target)
    {
        var token = Nfa.AddState();
        foreach (var (name, then) in node.AreTokens ? node.Triggers : [])
        {
            Lower(then, LowerInto(new BytesNode(SpecialTokenText.Spell(name)), token), after);
        }

        for (var i = 0; i < states.Length; i++)
        {
            if (automaton.TriggerAt(i) is { } trigger)
            {
                Lower(node.Triggers[trigger].Then, states[i], after);
                continue;
            }

            if (mayEnd)
            {
                Nfa.AddFree(states[i], target);
            }

            Nfa.AddFree(states[i], token);
            foreach (var (next, characters) in automaton.Edges(i))
            {
                Nfa.AddCharacters(states[i], characters, states[next]);
            }
        }
    }
}
