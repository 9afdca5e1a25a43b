namespace Gyre.Models.Constraints.Grammars;

/// <summary>Members in their order, each required or not, then any number of others: what stands between the braces of an object.</summary>
/// <param name="Members">The members in order.</param>
/// <param name="Others">The members that may follow, each a choice; empty for none.</param>
/// <param name="Separator">Between two members.</param>
/// <param name="Minimum">The least number of members.</param>
/// <param name="Maximum">The largest, or null.</param>
internal sealed record MembersNode(
    IReadOnlyList<(GrammarNode Key, GrammarNode Value, bool IsRequired)> Members,
    GrammarNode? Others,
    GrammarNode Separator,
    int Minimum,
    int? Maximum) : GrammarNode;
