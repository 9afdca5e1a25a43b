namespace Gyre.Models.Constraints.Regexes;

/// <summary>One of the branches.</summary>
internal sealed record RegexChoice(IReadOnlyList<RegexNode> Branches) : RegexNode;
