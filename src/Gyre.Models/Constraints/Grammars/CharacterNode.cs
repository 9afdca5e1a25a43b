using Gyre.Models.Constraints.Regexes;

namespace Gyre.Models.Constraints.Grammars;

/// <summary>One character of a set, in UTF-8.</summary>
internal sealed record CharacterNode(CodePointSet Set) : GrammarNode;
