namespace Gyre.Observability;

/// <summary>A part of a list of traces.</summary>
/// <param name="Traces">Newest first.</param>
/// <param name="Total">How many the conditions match in all, older and newer pages included.</param>
/// <param name="Next">What to pass as <see cref="TraceQuery.Before"/> for the next part; null at the end.</param>
public sealed record TracePage(IReadOnlyList<TraceSummary> Traces, long Total, string? Next);
