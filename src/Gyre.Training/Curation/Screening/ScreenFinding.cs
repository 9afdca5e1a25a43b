namespace Gyre.Training.Curation.Screening;

/// <summary>A place in a text that speaks to a model behind the reader's back.</summary>
/// <param name="Kind">The stable name of the rule: <c>tag-characters</c>, <c>override-phrase</c>.</param>
/// <param name="Start">Where it begins in the text, in UTF-16 units.</param>
/// <param name="Length">Its length in UTF-16 units.</param>
/// <param name="Reason">What was found; what was hidden is shown decoded, cut where it is long.</param>
public sealed record ScreenFinding(string Kind, int Start, int Length, string Reason);
