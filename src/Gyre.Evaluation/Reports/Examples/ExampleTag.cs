namespace Gyre.Evaluation.Reports.Examples;

/// <summary>One reason why a row is shown.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Metric">The place of the metric's name in the rows' list; −1 when the reason is no metric's.</param>
/// <param name="Candidate">The candidate's place in the result; −1 when the reason is no candidate's.</param>
/// <param name="Difference">Candidate minus baseline; 0 where nothing is compared.</param>
public readonly record struct ExampleTag(ExampleKind Kind, int Metric = -1, int Candidate = -1, double Difference = 0);
