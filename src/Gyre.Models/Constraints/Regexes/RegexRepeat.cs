namespace Gyre.Models.Constraints.Regexes;

/// <summary>A part several times; no maximum for null.</summary>
internal sealed record RegexRepeat(RegexNode Part, int Minimum, int? Maximum) : RegexNode;
