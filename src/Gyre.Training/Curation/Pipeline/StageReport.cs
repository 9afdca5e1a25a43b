namespace Gyre.Training.Curation.Pipeline;

/// <summary>What one stage of a build did.</summary>
public sealed class StageReport
{
    private const int MostExamples = 3;
    private const int MostText = 160;
    private readonly SortedDictionary<string, (long Count, List<DropExample> Examples)> _dropped = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (long Count, List<DropExample> Examples)> _noted = new(StringComparer.Ordinal);

    internal StageReport(string name) => Name = name;

    /// <summary>The stage: <c>import</c>, <c>screen</c>, <c>clean</c>, <c>filter</c>, <c>decontaminate</c>, <c>deduplicate</c>, <c>balance</c>.</summary>
    public string Name { get; }

    /// <summary>Records that came in.</summary>
    public long In { get; internal set; }

    /// <summary>Records that went on; more than came in where records are repeated.</summary>
    public long Kept { get; internal set; }

    /// <summary>Rules that dropped records.</summary>
    public IReadOnlyList<RuleReport> Dropped => [.. _dropped.Select(rule => new RuleReport(rule.Key, rule.Value.Count, rule.Value.Examples))];

    /// <summary>Rules that flagged or changed records that went on.</summary>
    public IReadOnlyList<RuleReport> Noted => [.. _noted.Select(rule => new RuleReport(rule.Key, rule.Value.Count, rule.Value.Examples))];

    /// <summary>Numbers that say how the stage worked, by name.</summary>
    public IDictionary<string, string> Facts { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    internal void Drop(string rule, string origin, string reason, string text) => Add(_dropped, rule, origin, reason, text);

    internal void Note(string rule, string origin, string reason, string text) => Add(_noted, rule, origin, reason, text);

    internal void CountDropped(string rule, long count)
    {
        if (count > 0)
        {
            _dropped[rule] = (_dropped.TryGetValue(rule, out var known) ? known.Count + count : count, known.Examples ?? []);
        }
    }

    private static void Add(SortedDictionary<string, (long Count, List<DropExample> Examples)> rules, string rule, string origin, string reason, string text)
    {
        var (count, examples) = rules.TryGetValue(rule, out var known) ? known : (0, []);
        if (examples.Count < MostExamples)
        {
            var line = text.ReplaceLineEndings(" ");
            var cut = line.Length > MostText && char.IsHighSurrogate(line[MostText - 1]) ? MostText - 1 : MostText;
            examples.Add(new DropExample(origin, reason, line.Length <= MostText ? line : line[..cut] + "…"));
        }

        rules[rule] = (count + 1, examples);
    }
}
