namespace Gyre.Evaluation.Selection;

/// <summary>One limit and one candidate.</summary>
/// <param name="Name">What is limited.</param>
/// <param name="Demand">The limit in words: <c>≤ 5.00 s</c>.</param>
/// <param name="Verdict">Whether it is kept.</param>
/// <param name="Found">What was found, or why nothing was.</param>
/// <param name="Note">What else to know: how it was found, or that the interval reaches across the limit; may be empty.</param>
public sealed record LimitCheck(string Name, string Demand, LimitVerdict Verdict, string Found, string Note = "");
