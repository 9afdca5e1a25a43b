using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Reports;

/// <summary>One line of a table: what a candidate reached, and how that compares.</summary>
/// <param name="Cell">Its value.</param>
/// <param name="Difference">Against the baseline; null for the baseline itself.</param>
/// <param name="Verdict">What the comparison says; null for the baseline.</param>
internal sealed record ReportRow(ExperimentCell Cell, ExperimentComparison? Difference, Verdict? Verdict);
