using Gyre.Observability;

namespace Gyre.Server.Console.Experiments;

/// <summary>The trace of a call, beside the example that it answered.</summary>
/// <param name="Candidate">Whose call it was.</param>
/// <param name="Id">The trace's id.</param>
/// <param name="Trace">The trace; null when it is not kept any more.</param>
public sealed record ExampleTrace(string Candidate, string Id, TraceDetail? Trace);
