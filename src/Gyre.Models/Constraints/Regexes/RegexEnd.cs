namespace Gyre.Models.Constraints.Regexes;

/// <summary>The place behind the last character.</summary>
internal sealed record RegexEnd : RegexNode;
