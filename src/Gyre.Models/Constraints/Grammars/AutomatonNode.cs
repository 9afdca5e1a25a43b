using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.Grammars;

/// <summary>The texts of an automaton, in UTF-8 or escaped as inside a JSON string.</summary>
internal sealed record AutomatonNode(CodePointAutomaton Automaton, bool IsJson) : GrammarNode;
