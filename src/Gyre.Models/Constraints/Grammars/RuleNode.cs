namespace Gyre.Models.Constraints.Grammars;

/// <summary>Whatever a rule says; how grammars become recursive.</summary>
internal sealed record RuleNode(GrammarRule Rule) : GrammarNode;
