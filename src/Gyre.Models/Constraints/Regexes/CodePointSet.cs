namespace Gyre.Models.Constraints.Regexes;

/// <summary>A set of Unicode scalar values: sorted ranges that neither overlap nor touch. Surrogates are never in it.</summary>
internal sealed class CodePointSet : IEquatable<CodePointSet>
{
    public const int Last = 0x10FFFF;
    public const int FirstSurrogate = 0xD800;
    public const int LastSurrogate = 0xDFFF;

    private readonly (int Low, int High)[] _ranges;

    private CodePointSet((int Low, int High)[] ranges) => _ranges = ranges;

    /// <summary>No character.</summary>
    public static CodePointSet None { get; } = new([]);

    /// <summary>Every character.</summary>
    public static CodePointSet All { get; } = Of((0, Last));

    public IReadOnlyList<(int Low, int High)> Ranges => _ranges;

    public bool IsEmpty => _ranges.Length == 0;

    /// <summary>The set of any ranges, in any order.</summary>
    public static CodePointSet Of(params IEnumerable<(int Low, int High)> ranges)
    {
        var sorted = ranges.SelectMany(WithoutSurrogates).OrderBy(range => range.Low).ToList();
        var merged = new List<(int Low, int High)>(sorted.Count);
        foreach (var range in sorted)
        {
            if (merged.Count > 0 && range.Low <= merged[^1].High + 1)
            {
                merged[^1] = (merged[^1].Low, Math.Max(merged[^1].High, range.High));
            }
            else
            {
                merged.Add(range);
            }
        }

        return new CodePointSet([.. merged]);
    }

    public static CodePointSet Of(string characters) => Of(characters.EnumerateRunes().Select(rune => (rune.Value, rune.Value)));

    public CodePointSet Union(CodePointSet other) => Of(_ranges.Concat(other._ranges));

    public CodePointSet Complement()
    {
        var rest = new List<(int Low, int High)>(_ranges.Length + 1);
        var next = 0;
        foreach (var (low, high) in _ranges)
        {
            if (low > next)
            {
                rest.Add((next, low - 1));
            }

            next = high + 1;
        }

        if (next <= Last)
        {
            rest.Add((next, Last));
        }

        return Of(rest);
    }

    public CodePointSet Without(CodePointSet other) => Complement().Union(other).Complement();

    public bool Contains(int codePoint)
    {
        var low = 0;
        var high = _ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            if (codePoint < _ranges[middle].Low)
            {
                high = middle - 1;
            }
            else if (codePoint > _ranges[middle].High)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    public bool Equals(CodePointSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var range in _ranges)
        {
            hash.Add(range);
        }

        return hash.ToHashCode();
    }

    private static IEnumerable<(int Low, int High)> WithoutSurrogates((int Low, int High) range)
    {
        if (range.High < FirstSurrogate || range.Low > LastSurrogate)
        {
            yield return range;
            yield break;
        }

        if (range.Low < FirstSurrogate)
        {
            yield return (range.Low, FirstSurrogate - 1);
        }

        if (range.High > LastSurrogate)
        {
            yield return (LastSurrogate + 1, range.High);
        }
    }
}
