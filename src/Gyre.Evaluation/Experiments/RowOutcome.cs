using Gyre.Contracts;

namespace Gyre.Evaluation.Experiments;

/// <summary>What came of one row: for each candidate its answer or failure, and its scores in the order of the plan.</summary>
internal sealed record RowOutcome(DatasetRow Row, CandidateOutcome[] Candidates);
