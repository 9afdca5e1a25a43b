using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports.Examples;

namespace Gyre.Evaluation.Reports;

/// <summary>A candidate of one of two runs.</summary>
/// <param name="Name">Its name with the mark of its run.</param>
/// <param name="Summary">What its calls took.</param>
/// <param name="Result">Its run.</param>
/// <param name="Rows">The run's rows; null when they are gone.</param>
internal sealed record JoinedCandidate(string Name, CandidateSummary Summary, ExperimentResult Result, ExperimentRows? Rows);
