namespace Gyre.Models.Constraints.Regexes;

/// <summary>Characters in classes that an automaton need not tell apart. Surrogates have no class.</summary>
internal sealed class CodePointAlphabet
{
    private readonly int[] _starts;
    private readonly int[] _classes;

    private CodePointAlphabet(int[] starts, int[] classes, int count)
    {
        _starts = starts;
        _classes = classes;
        Count = count;
    }

    /// <summary>The number of classes.</summary>
    public int Count { get; }

    /// <summary>The coarsest classes for which each set is a union of classes.</summary>
    public static CodePointAlphabet Of(IReadOnlyList<CodePointSet> sets, CompileBudget budget)
    {
        var cuts = new SortedSet<int> { 0, CodePointSet.FirstSurrogate, CodePointSet.LastSurrogate + 1 };
        foreach (var set in sets)
        {
            budget.Spend(set.Ranges.Count * 4);
            foreach (var (low, high) in set.Ranges)
            {
                cuts.Add(low);
                if (high < CodePointSet.Last)
                {
                    cuts.Add(high + 1);
                }
            }
        }

        int[] starts = [.. cuts];
        budget.Spend((long)starts.Length * (sets.Count + 1));
        var members = new List<int>();
        return Classify(starts, start =>
        {
            members.Clear();
            for (var i = 0; i < sets.Count; i++)
            {
                if (sets[i].Contains(start))
                {
                    members.Add(i);
                }
            }

            return string.Join(',', members);
        });
    }

    /// <summary>Classes fine enough for both, with the classes of each that a new class lies in.</summary>
    public static CodePointAlphabet Join(CodePointAlphabet left, CodePointAlphabet right, List<(int Left, int Right)> pairs)
    {
        int[] starts = [.. left._starts.Concat(right._starts).Distinct().Order()];
        var joined = Classify(starts, start => (left.ClassOf(start), right.ClassOf(start)));
        pairs.Clear();
        pairs.AddRange(Enumerable.Repeat((0, 0), joined.Count));
        for (var i = 0; i < starts.Length; i++)
        {
            if (joined._classes[i] >= 0)
            {
                pairs[joined._classes[i]] = (left.ClassOf(starts[i]), right.ClassOf(starts[i]));
            }
        }

        return joined;
    }

    /// <summary>The class of a character, −1 for a surrogate.</summary>
    public int ClassOf(int codePoint)
    {
        var index = Array.BinarySearch(_starts, codePoint);
        return _classes[index >= 0 ? index : ~index - 1];
    }

    /// <summary>All classes of a set that is a union of them.</summary>
    public int[] ClassesOf(CodePointSet set)
    {
        var found = new SortedSet<int>();
        foreach (var (low, high) in set.Ranges)
        {
            var index = Array.BinarySearch(_starts, low);
            for (index = index >= 0 ? index : ~index - 1; index < _starts.Length && _starts[index] <= high; index++)
            {
                if (_classes[index] >= 0)
                {
                    found.Add(_classes[index]);
                }
            }
        }

        return [.. found];
    }

    /// <summary>The characters of the classes that a test chooses.</summary>
    public CodePointSet Characters(Func<int, bool> isChosen)
    {
        var ranges = new List<(int Low, int High)>();
        for (var i = 0; i < _starts.Length; i++)
        {
            if (_classes[i] >= 0 && isChosen(_classes[i]))
            {
                ranges.Add((_starts[i], i + 1 < _starts.Length ? _starts[i + 1] - 1 : CodePointSet.Last));
            }
        }

        return CodePointSet.Of(ranges);
    }

    private static CodePointAlphabet Classify<TKey>(int[] starts, Func<int, TKey> keyOf)
        where TKey : notnull
    {
        var ids = new Dictionary<TKey, int>();
        var classes = new int[starts.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            if (starts[i] is >= CodePointSet.FirstSurrogate and <= CodePointSet.LastSurrogate)
            {
                classes[i] = -1;
                continue;
            }

            var key = keyOf(starts[i]);
            if (!ids.TryGetValue(key, out var id))
            {
                ids.Add(key, id = ids.Count);
            }

            classes[i] = id;
        }

        return new CodePointAlphabet(starts, classes, ids.Count);
    }
}
