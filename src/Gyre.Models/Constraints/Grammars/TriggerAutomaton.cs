using System.Text;
using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.Grammars;

/// <summary>Reads text until one of several texts has occurred (Aho–Corasick over characters).</summary>
/// <remarks>Where two triggers end at the same place the longer one counts; one that begins inside another and ends earlier comes first.</remarks>
internal sealed class TriggerAutomaton
{
    private readonly List<Dictionary<int, int>> _children = [[]];
    private readonly List<int> _fallbacks = [0];
    private readonly List<int?> _triggers = [null];
    private readonly SortedSet<int> _characters = [];

    public TriggerAutomaton(IReadOnlyList<string> triggers)
    {
        for (var i = 0; i < triggers.Count; i++)
        {
            var state = 0;
            foreach (var rune in triggers[i].EnumerateRunes())
            {
                _characters.Add(rune.Value);
                if (!_children[state].TryGetValue(rune.Value, out var next))
                {
                    next = _children.Count;
                    _children[state].Add(rune.Value, next);
                    _children.Add([]);
                    _fallbacks.Add(0);
                    _triggers.Add(null);
                }

                state = next;
            }

            _triggers[state] ??= i;
        }

        LinkFallbacks();
    }

    public int StateCount => _children.Count;

    /// <summary>The trigger that ends at a state, or null.</summary>
    public int? TriggerAt(int state) => _triggers[state];

    /// <summary>The states that follow one, each with the characters that lead there; together all characters.</summary>
    public IEnumerable<(int Target, CodePointSet Characters)> Edges(int state)
    {
        yield return (0, CodePointSet.Of(_characters.Where(character => Next(state, character) != 0).Select(character => (character, character))).Complement());
        foreach (var group in _characters.GroupBy(character => Next(state, character)).Where(group => group.Key != 0))
        {
            yield return (group.Key, CodePointSet.Of(group.Select(character => (character, character))));
        }
    }

    private int Next(int state, int character)
    {
        while (true)
        {
            if (_children[state].TryGetValue(character, out var next))
            {
                return next;
            }

            if (state == 0)
            {
                return 0;
            }

            state = _fallbacks[state];
        }
    }

    private void LinkFallbacks()
    {
        var waiting = new Queue<int>(_children[0].Values);
        while (waiting.TryDequeue(out var state))
        {
            foreach (var (character, child) in _children[state])
            {
                _fallbacks[child] = Next(_fallbacks[state], character);
                _triggers[child] ??= _triggers[_fallbacks[child]];
                waiting.Enqueue(child);
            }
        }
    }
}
