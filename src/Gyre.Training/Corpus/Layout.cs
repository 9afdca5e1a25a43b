using System.Text;
using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>How a card of facts is written: bullets, separator, sign between key and value, capitals.</summary>
/// <remarks>
/// Every bullet, separator and sign occurs in training; a held-out layout is a combination that does not.
/// </remarks>
internal sealed class Layout
{
    private static readonly string[] Bullets = ["", "- ", "* ", "#"];
    private static readonly string[] Separators = ["; ", ", ", " | ", " / "];
    private static readonly string[] Signs = [": ", " = ", " - "];

    private static readonly Layout[] Train = All().Where(layout => !layout.IsHeldOut).ToArray();
    private static readonly Layout[] HeldOut = All().Where(layout => layout.IsHeldOut).ToArray();

    private readonly bool _inline;
    private readonly int _style;
    private readonly int _sign;
    private readonly bool _capital;

    private Layout(bool inline, int style, int sign, bool capital) => (_inline, _style, _sign, _capital) = (inline, style, sign, capital);

    /// <summary>The layout's part of a family's name.</summary>
    public string Family => $"card.{(_inline ? "inline" : "lines")}{_style}{_sign}{(_capital ? 'c' : 's')}";

    private bool IsHeldOut => (_style + _sign + (_capital ? 2 : 0) + (_inline ? 1 : 0)) % 4 == 3;

    /// <summary>Picks a layout of a split.</summary>
    public static Layout Pick(SeededRandom random, Split split) => random.Pick(split == Split.Train ? Train : HeldOut);

    /// <summary>Writes the facts in their order.</summary>
    public string Write(IReadOnlyList<Fact> facts)
    {
        var text = new StringBuilder();
        for (var i = 0; i < facts.Count; i++)
        {
            if (_inline)
            {
                text.Append(i == 0 ? "" : Separators[_style]);
            }
            else
            {
                text.Append(i == 0 ? "" : "\n").Append(Bullets[_style] == "#" ? $"{i + 1}. " : Bullets[_style]);
            }

            var key = facts[i].Kind.Key;
            text.Append(_capital ? char.ToUpperInvariant(key[0]) + key[1..] : key).Append(Signs[_sign]).Append(facts[i].Value);
        }

        return text.ToString();
    }

    private static IEnumerable<Layout> All() =>
        from inline in new[] { false, true }
        from style in Enumerable.Range(0, 4)
        from sign in Enumerable.Range(0, Signs.Length)
        from capital in new[] { true, false }
        select new Layout(inline, style, sign, capital);
}
