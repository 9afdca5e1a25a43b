namespace Gyre.Models.Constraints.Grammars;

/// <summary>A named part that others refer to. Its body is set once, possibly after the first reference.</summary>
internal sealed class GrammarRule(string name)
{
    public string Name => name;

    public GrammarNode Body { get; set; } = new ChoiceNode([]);
}
