namespace Gyre.Models.Constraints.Grammars;

/// <summary>A part several times; no maximum for null.</summary>
internal sealed record RepeatNode(GrammarNode Part, int Minimum, int? Maximum) : GrammarNode;
