namespace Gyre.Models.Constraints.Grammars;

/// <summary>One of the branches; none at all is nothing that can be written.</summary>
internal sealed record ChoiceNode(IReadOnlyList<GrammarNode> Branches) : GrammarNode;
