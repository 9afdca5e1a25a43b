namespace Gyre.Evaluation.Experiments;

/// <summary>How far an experiment is; reported in the order of the rows.</summary>
/// <param name="Done">Rows that all candidates answered.</param>
/// <param name="Total">All rows.</param>
/// <param name="Failed">Calls that failed so far.</param>
/// <param name="Kept">Replies that were kept from earlier runs so far.</param>
public sealed record ExperimentProgress(long Done, long Total, long Failed, long Kept);
