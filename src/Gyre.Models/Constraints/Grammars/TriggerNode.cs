namespace Gyre.Models.Constraints.Grammars;

/// <summary>Free text in which the first occurrence of a trigger begins a structure; then free text again.</summary>
/// <param name="Triggers">The trigger texts and what must follow each.</param>
/// <param name="MayStayFree">True when the text may end without any trigger.</param>
/// <param name="Repeats">True when free text and further triggers may follow a structure.</param>
/// <param name="AreTokens">True when special tokens of the triggers' names are triggers, too.</param>
internal sealed record TriggerNode(IReadOnlyList<(string Trigger, GrammarNode Then)> Triggers, bool MayStayFree, bool Repeats, bool AreTokens) : GrammarNode;
