namespace Gyre.Models.Constraints.Regexes;

/// <summary>The place before the first character.</summary>
internal sealed record RegexStart : RegexNode;
