namespace Gyre.Evaluation.Reports.Examples;

/// <summary>How many rows a candidate answered better, alike and worse than the baseline, by one metric.</summary>
/// <param name="Metric">The place of the metric's name in <see cref="RowScores.Scorers"/>.</param>
/// <param name="Candidate">The candidate's place in the result.</param>
/// <param name="Better">Rows that are better.</param>
/// <param name="Alike">Rows with equal scores.</param>
/// <param name="Worse">Rows that are worse.</param>
internal sealed record RowCounts(int Metric, int Candidate, long Better, long Alike, long Worse);
