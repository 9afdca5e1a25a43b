namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>Records that belong to a split.</summary>
/// <param name="Column">The column that decides.</param>
/// <param name="Values">Texts that belong; empty when the range decides.</param>
/// <param name="From">The least number.</param>
/// <param name="To">The greatest number.</param>
internal sealed record RecordFilter(string Column, IReadOnlyList<string> Values, double From, double To);
