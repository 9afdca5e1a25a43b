using System.Text.Json;

namespace Gyre.Observability;

/// <summary>One step of a request.</summary>
public sealed record TraceSpan
{
    /// <summary>16 lowercase hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>The span it is part of; empty for the request itself.</summary>
    public required string ParentId { get; init; }

    /// <summary>What was done.</summary>
    public required string Name { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How it ended.</summary>
    public required TraceStatus Status { get; init; }

    /// <summary>Its attributes under their conventional names, without the messages.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Attributes { get; init; }
}
