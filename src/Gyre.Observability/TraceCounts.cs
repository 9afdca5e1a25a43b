namespace Gyre.Observability;

/// <summary>What became of the traces since the start.</summary>
/// <param name="Written">Stored.</param>
/// <param name="Dropped">Lost because too many waited.</param>
/// <param name="Failed">Lost because the database could not be written.</param>
/// <param name="LastError">Why writing failed last; null once it works again.</param>
public sealed record TraceCounts(long Written, long Dropped, long Failed, string? LastError);
