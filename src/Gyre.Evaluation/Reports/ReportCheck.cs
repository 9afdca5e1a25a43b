namespace Gyre.Evaluation.Reports;

/// <summary>One thing that was demanded: a line of the gate, a threshold, that all calls answered.</summary>
/// <param name="Group">The candidate that it is about.</param>
/// <param name="Name">What is demanded.</param>
/// <param name="Passed">Whether it holds; what could not be shown does not hold.</param>
/// <param name="Detail">What was found, in a sentence.</param>
internal sealed record ReportCheck(string Group, string Name, bool Passed, string Detail);
