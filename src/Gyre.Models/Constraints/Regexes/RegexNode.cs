namespace Gyre.Models.Constraints.Regexes;

/// <summary>A regular expression over characters.</summary>
internal abstract record RegexNode
{
    public static readonly RegexNode Empty = new RegexSequence([]);

    /// <summary>Any text.</summary>
    public static readonly RegexNode Anything = new RegexRepeat(new RegexSet(CodePointSet.All), 0, null);

    public static RegexNode Literal(string text) =>
        new RegexSequence([.. text.EnumerateRunes().Select(rune => new RegexSet(CodePointSet.Of((rune.Value, rune.Value))))]);

    public static RegexNode Sequence(params RegexNode[] parts) => new RegexSequence(parts);

    public static RegexNode Choice(params RegexNode[] branches) => new RegexChoice(branches);

    public static RegexNode OneOf(string characters) => new RegexSet(CodePointSet.Of(characters));

    public RegexNode Repeat(int minimum, int? maximum) => new RegexRepeat(this, minimum, maximum);
}
