namespace Gyre.Registry.Experiments;

/// <summary>A part of a list of runs.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Total">How many the conditions match in all.</param>
/// <param name="Next">What to pass as <see cref="ExperimentQuery.Before"/> for the next part; null at the end.</param>
public sealed record ExperimentPage(IReadOnlyList<ExperimentEntry> Entries, long Total, string? Next);
