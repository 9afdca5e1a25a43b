namespace Gyre.Evaluation.Runs;

/// <summary>How far a run is; reported after every row.</summary>
/// <param name="Done">Rows done, resumed ones included.</param>
/// <param name="Total">All rows.</param>
/// <param name="Failed">Rows whose call failed so far.</param>
/// <param name="Latest">The row just done; null in the first report of a run.</param>
public sealed record EvaluationProgress(int Done, int Total, int Failed, RowResult? Latest);
