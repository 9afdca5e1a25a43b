namespace Gyre.Training.Curation.Pipeline;

/// <summary>What one rule did.</summary>
/// <param name="Rule">Its stable name.</param>
/// <param name="Count">Records that it dropped, or flagged, or changed.</param>
/// <param name="Examples">The first of them, at most three.</param>
public sealed record RuleReport(string Rule, long Count, IReadOnlyList<DropExample> Examples);
