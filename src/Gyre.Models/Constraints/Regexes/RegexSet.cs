namespace Gyre.Models.Constraints.Regexes;

/// <summary>One character of a set.</summary>
internal sealed record RegexSet(CodePointSet Set) : RegexNode;
