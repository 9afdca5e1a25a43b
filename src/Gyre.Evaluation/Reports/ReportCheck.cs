namespace Gyre.Evaluation.Reports;

/// <summary>One thing that was demanded: a line of a gate, a threshold, that all calls answered.</summary>
/// <param name="Group">What it is about, mostly a candidate.</param>
/// <param name="Name">What is demanded.</param>
/// <param name="Passed">Whether it holds; null when that could not be told.</param>
/// <param name="Detail">What was found, in a sentence.</param>
public sealed record ReportCheck(string Group, string Name, bool? Passed, string Detail);
