namespace Gyre.Models.Constraints.Grammars;

/// <summary>One part after the other.</summary>
internal sealed record SequenceNode(IReadOnlyList<GrammarNode> Parts) : GrammarNode;
