namespace Gyre.Training.Curation.Filtering;

/// <summary>Why a record does not stay.</summary>
/// <param name="Rule">The rule's stable name in reports: <c>repetition.top-2-gram</c>.</param>
/// <param name="Reason">What was found and what was allowed.</param>
public readonly record struct Rejection(string Rule, string Reason);
