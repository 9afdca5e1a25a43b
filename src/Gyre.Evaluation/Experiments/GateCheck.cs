using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Experiments;

/// <summary>A gated metric: a candidate against the baseline over all rows.</summary>
/// <param name="Scorer">The scorer's name.</param>
/// <param name="Task">The task whose rows count; null for all.</param>
/// <param name="Candidate">The candidate.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="Tolerance">By how much worse is still well.</param>
/// <param name="Finding">Difference, p-value, and the least regression that so many rows show.</param>
/// <param name="AdjustedPValue">The p-value after Holm's correction over the candidate's gated metrics; null without one.</param>
/// <param name="Verdict">What follows.</param>
public sealed record GateCheck(
    string Scorer, string? Task, string Candidate, string Baseline, double Tolerance, RegressionFinding Finding, double? AdjustedPValue, GateVerdict Verdict);
