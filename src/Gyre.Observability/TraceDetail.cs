namespace Gyre.Observability;

/// <summary>One request with everything that is known of it.</summary>
public sealed record TraceDetail
{
    /// <summary>What lists show.</summary>
    public required TraceSummary Summary { get; init; }

    /// <summary>Its spans: the request first, then its parts in order of their beginning.</summary>
    public required IReadOnlyList<TraceSpan> Spans { get; init; }

    /// <summary>The messages that went in, as JSON; empty when they are not kept.</summary>
    public required string Input { get; init; }

    /// <summary>The messages that came out, as JSON; empty when they are not kept.</summary>
    public required string Output { get; init; }
}
