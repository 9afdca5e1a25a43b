using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>What schemas say about strings.</summary>
internal sealed class StringFacts
{
    private readonly List<CodePointAutomaton> _automata = [];

    /// <summary>Reads the keywords of some schemas.</summary>
    public StringFacts(IEnumerable<SchemaNode> nodes, AutomatonMemo memo)
    {
        foreach (var node in nodes)
        {
            MinLength = Math.Max(MinLength, SchemaKeywords.Count(node, "minLength") ?? 0);
            MaxLength = SchemaKeywords.Count(node, "maxLength") is { } most ? Math.Min(MaxLength ?? most, most) : MaxLength;
            if (SchemaKeywords.Text(node, "pattern") is { } pattern)
            {
                _automata.Add(memo.Pattern(pattern, node.PointerTo("pattern")));
            }

            if (SchemaKeywords.Text(node, "format") is { } format)
            {
                _automata.Add(memo.Format(format, node.PointerTo("format")));
            }
        }
    }

    public int MinLength { get; }

    public int? MaxLength { get; }

    /// <summary>True when only the length matters.</summary>
    public bool IsFree => _automata.Count == 0;

    /// <summary>All strings that satisfy every keyword.</summary>
    public CodePointAutomaton Automaton(CompileBudget budget)
    {
        var result = _automata.Count == 0 || MinLength > 0 || MaxLength is not null ? CodePointAutomaton.OfLength(MinLength, MaxLength, budget) : _automata[0];
        return _automata.Aggregate(result, (all, next) => ReferenceEquals(all, next) ? all : CodePointAutomaton.Intersect(all, next, budget));
    }

    public bool IsMatch(string text)
    {
        var length = text.EnumerateRunes().Count();
        return length >= MinLength && length <= (MaxLength ?? int.MaxValue) && _automata.TrueForAll(automaton => automaton.IsMatch(text));
    }
}
