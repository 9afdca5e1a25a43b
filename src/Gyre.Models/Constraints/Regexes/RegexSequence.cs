namespace Gyre.Models.Constraints.Regexes;

/// <summary>One part after the other.</summary>
internal sealed record RegexSequence(IReadOnlyList<RegexNode> Parts) : RegexNode;
