using Gyre.Models.Constraints.Grammars;

namespace Gyre.Models.Constraints.Matching;

/// <summary>Finds how long a grammar goes on with any characters of large groups: inside strings, free text, "any character".</summary>
/// <remarks>
/// A run that is found is true; not every one is found. For one thread at a time.
/// </remarks>
internal sealed class CharacterRuns
{
    /// <summary>Characters that are followed; what goes on longer and does not return to itself counts as this long.</summary>
    private const int MostSteps = 64;

    /// <summary>Runs of fewer ASCII characters are not worth it: walks are short where little is allowed.</summary>
    private const int FewestCharacters = 20;

    /// <summary>States inside the bytes of one character that are looked at.</summary>
    private const int MostStates = 64;

    private const ulong NonAscii = (1UL << CharacterGroups.TwoBytes) | (1UL << CharacterGroups.ThreeBytes) | (1UL << CharacterGroups.Punctuation) | (1UL << CharacterGroups.FourBytes);

    private readonly PushdownMachine _machine;
    private readonly GrammarAutomaton _grammar;
    private readonly int[][] _classes = new int[CharacterGroups.AsciiCount][];
    private readonly int[] _sizes = new int[CharacterGroups.AsciiCount];
    private readonly Dictionary<int, CharacterStep> _steps = [];
    private readonly Dictionary<int, CharacterRun> _locals = [];
    private readonly List<int> _reading = [];

    public CharacterRuns(PushdownMachine machine)
    {
        _machine = machine;
        _grammar = machine.Grammar;
        for (var group = 0; group < _classes.Length; group++)
        {
            var members = Enumerable.Range(0, 128).Where(value => CharacterGroups.OfAscii[value] == group).ToArray();
            _sizes[group] = members.Length;
            _classes[group] = [.. members.Select(value => (int)_grammar.ClassOf[value]).Distinct()];
        }
    }

    /// <summary>The run of a configuration; remembered there.</summary>
    public CharacterRun Of(Configuration configuration) => configuration.Run ??= Find(configuration, isLocal: false);

    /// <summary>The run of a state inside its own rule.</summary>
    public CharacterRun OfLocal(int state)
    {
        if (!_locals.TryGetValue(state, out var known))
        {
            _locals.Add(state, known = Find(_machine.Local(state), isLocal: true));
        }

        return known;
    }

    private CharacterRun Find(Configuration configuration, bool isLocal)
    {
        var groups = GroupsOf(configuration);
        if (SizeOf(groups) < FewestCharacters)
        {
            return CharacterRun.None;
        }

        var sample = SampleOf(groups);
        var isExact = true;
        var at = configuration;
        for (var length = 0; length < MostSteps; length++)
        {
            // Where every reading reads all of the characters or none, one character stands for all.
            var isUniform = true;
            Configuration.Item? reading = null;
            var target = -1;
            foreach (var item in at.Items)
            {
                var step = StepOf(item.State);
                if ((groups & ~step.Groups) == 0)
                {
                    (reading, target) = (item, step.Target);
                }
                else
                {
                    isUniform &= (groups & step.Readable) == 0;
                }
            }

            if (reading is not { } found)
            {
                return length == 0 ? CharacterRun.None : new CharacterRun(groups, length, isExact && isUniform);
            }

            isExact &= isUniform;
            var next = isUniform ? _machine.Step(at, sample) : _machine.Follow(target, found.Frame);
            isExact &= !(isLocal && next.IsComplete);
            if (next == at)
            {
                return new CharacterRun(groups, CharacterGroups.MostCharacters, IsExact: false);
            }

            if (!isLocal && next.Run is { } known && known.Groups == groups)
            {
                length = known.Length == CharacterGroups.MostCharacters ? known.Length : length + 1 + known.Length;
                return new CharacterRun(groups, length, isExact && known.IsExact);
            }

            at = next;
        }

        return new CharacterRun(groups, MostSteps, IsExact: false);
    }

    /// <summary>The groups of the reading that reads the most.</summary>
    private ulong GroupsOf(Configuration configuration)
    {
        var best = 0UL;
        foreach (var item in configuration.Items)
        {
            var groups = StepOf(item.State).Groups;
            best = SizeOf(groups) > SizeOf(best) ? groups : best;
        }

        return best;
    }

    private int SizeOf(ulong groups)
    {
        var size = 0;
        for (var group = 0; group < _sizes.Length; group++)
        {
            size += (groups & (1UL << group)) != 0 ? _sizes[group] : 0;
        }

        return size;
    }

    private static byte SampleOf(ulong groups)
    {
        byte value = 0;
        while ((groups & (1UL << CharacterGroups.OfAscii[value])) == 0)
        {
            value++;
        }

        return value;
    }

    /// <summary>The groups of which every character leads from a state to one other, which most do.</summary>
    private CharacterStep StepOf(int state)
    {
        if (_steps.TryGetValue(state, out var known))
        {
            return known;
        }

        Span<int> targets = stackalloc int[CharacterGroups.AsciiCount];
        var (target, most, readable) = (-1, 0, 0UL);
        for (var group = 0; group < targets.Length; group++)
        {
            targets[group] = TargetOf(state, _classes[group]);
            readable |= targets[group] >= 0 || Array.Exists(_classes[group], symbol => _grammar.Next(state, symbol) >= 0) ? 1UL << group : 0;
            var votes = 0;
            for (var other = 0; targets[group] >= 0 && other <= group; other++)
            {
                votes += targets[other] == targets[group] ? _sizes[other] : 0;
            }

            if (votes > most)
            {
                (target, most) = (targets[group], votes);
            }
        }

        var groups = 0UL;
        for (var group = 0; target >= 0 && group < targets.Length; group++)
        {
            groups |= targets[group] == target ? 1UL << group : 0;
        }

        if (target >= 0)
        {
            groups |= ReadsAll(state, [0xC2, 0xDF, 0x80, 0xBF], target) ? 1UL << CharacterGroups.TwoBytes : 0;
            groups |= ReadsAll(state, [0xE2, 0xE2, 0x80, 0x80, 0x80, 0xBF], target) ? 1UL << CharacterGroups.Punctuation : 0;
            groups |= ReadsAll(state, [0xE0, 0xE0, 0xA0, 0xBF, 0x80, 0xBF], target)
                && ReadsAll(state, [0xE1, 0xE1, 0x80, 0xBF, 0x80, 0xBF], target)
                && ReadsAll(state, [0xE2, 0xE2, 0x81, 0xBF, 0x80, 0xBF], target)
                && ReadsAll(state, [0xE3, 0xEC, 0x80, 0xBF, 0x80, 0xBF], target)
                && ReadsAll(state, [0xED, 0xED, 0x80, 0x9F, 0x80, 0xBF], target)
                && ReadsAll(state, [0xEE, 0xEF, 0x80, 0xBF, 0x80, 0xBF], target) ? 1UL << CharacterGroups.ThreeBytes : 0;
            groups |= ReadsAll(state, [0xF0, 0xF0, 0x90, 0xBF, 0x80, 0xBF, 0x80, 0xBF], target)
                && ReadsAll(state, [0xF1, 0xF3, 0x80, 0xBF, 0x80, 0xBF, 0x80, 0xBF], target)
                && ReadsAll(state, [0xF4, 0xF4, 0x80, 0x8F, 0x80, 0xBF, 0x80, 0xBF], target) ? 1UL << CharacterGroups.FourBytes : 0;
        }

        for (var lead = 0x80; lead < 256; lead++)
        {
            readable |= _grammar.Next(state, _grammar.ClassOf[lead]) >= 0 ? NonAscii : 0;
        }

        _steps.Add(state, known = new CharacterStep(groups, target, readable));
        return known;
    }

    /// <summary>The one state to which all classes lead, or −1.</summary>
    private int TargetOf(int state, int[] classes)
    {
        var target = _grammar.Next(state, classes[0]);
        for (var i = 1; i < classes.Length; i++)
        {
            if (_grammar.Next(state, classes[i]) != target)
            {
                return -1;
            }
        }

        return target;
    }

    /// <summary>True when all characters whose bytes are in these ranges lead to a state.</summary>
    private bool ReadsAll(int state, ReadOnlySpan<byte> ranges, int target)
    {
        _reading.Clear();
        _reading.Add(state);
        for (var (first, i) = (0, 0); i < ranges.Length; i += 2)
        {
            var end = _reading.Count;
            for (; first < end; first++)
            {
                var previous = -1;
                for (int value = ranges[i]; value <= ranges[i + 1]; value++)
                {
                    var symbol = _grammar.ClassOf[value];
                    if (symbol == previous)
                    {
                        continue;
                    }

                    previous = symbol;
                    var next = _grammar.Next(_reading[first], symbol);
                    if (next < 0 || (i == ranges.Length - 2 && next != target))
                    {
                        return false;
                    }

                    if (i < ranges.Length - 2 && _reading.IndexOf(next, end) < 0)
                    {
                        _reading.Add(next);
                    }
                }
            }

            if (_reading.Count > MostStates)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What one character does to a state.</summary>
    /// <param name="Groups">The groups of which every character leads to the target.</param>
    /// <param name="Target">The state behind them.</param>
    /// <param name="Readable">The groups of which some character may be read.</param>
    private readonly record struct CharacterStep(ulong Groups, int Target, ulong Readable);
}
