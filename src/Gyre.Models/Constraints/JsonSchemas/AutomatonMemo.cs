using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>The automata of a schema's patterns and formats, each made once.</summary>
internal sealed class AutomatonMemo(CompileBudget budget)
{
    private readonly Dictionary<string, CodePointAutomaton> _patterns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CodePointAutomaton> _formats = new(StringComparer.Ordinal);

    /// <summary>The strings in which a pattern occurs.</summary>
    public CodePointAutomaton Pattern(string pattern, string pointer)
    {
        if (!_patterns.TryGetValue(pattern, out var automaton))
        {
            automaton = CodePointAutomaton.Of(RegexParser.Parse(pattern, ConstraintErrors.Place(pointer)), isSearch: true, budget);
            _patterns.Add(pattern, automaton);
        }

        return automaton;
    }

    /// <summary>The strings of a format. Errors: RUN0701 for an unknown one.</summary>
    public CodePointAutomaton Format(string format, string pointer)
    {
        if (!_formats.TryGetValue(format, out var automaton))
        {
            automaton = StringFormats.Find(format, budget)
                ?? throw ConstraintErrors.Schema(pointer, $"the format '{ConstraintErrors.Shorten(format)}'", "one of " + StringFormats.Names);
            _formats.Add(format, automaton);
        }

        return automaton;
    }
}
