namespace Gyre.Evaluation.Reports.Examples;

/// <summary>The rows that a report shows, and of how many they were chosen.</summary>
/// <param name="Examples">The rows: regressions by size, then gains, failures, and the sample.</param>
/// <param name="Scorers">The metrics' names that tags and counts refer to.</param>
/// <param name="Regressions">Rows that are worse than the baseline for at least one candidate and metric.</param>
/// <param name="Gains">Rows that are better.</param>
/// <param name="Failures">Rows where a call failed or a score has no value.</param>
/// <param name="Counts">Better, alike, worse for each metric and candidate that share rows.</param>
internal sealed record ExampleSet(
    IReadOnlyList<Example> Examples, IReadOnlyList<string> Scorers, long Regressions, long Gains, long Failures, IReadOnlyList<RowCounts> Counts);
