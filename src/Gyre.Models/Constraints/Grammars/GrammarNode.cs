using System.Text;

namespace Gyre.Models.Constraints.Grammars;

/// <summary>A part of a grammar: the one form to which every constraint is lowered.</summary>
internal abstract record GrammarNode
{
    /// <summary>The empty text.</summary>
    public static readonly GrammarNode Empty = new SequenceNode([]);

    public static GrammarNode Text(string text) => new BytesNode(Encoding.UTF8.GetBytes(text));

    public static GrammarNode Sequence(params GrammarNode[] parts) => new SequenceNode(parts);

    public static GrammarNode Choice(params GrammarNode[] branches) => new ChoiceNode(branches);

    public GrammarNode Optional() => new RepeatNode(this, 0, 1);

    public GrammarNode Repeat(int minimum, int? maximum) => new RepeatNode(this, minimum, maximum);
}
