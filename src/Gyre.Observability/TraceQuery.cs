namespace Gyre.Observability;

/// <summary>Which traces to list, newest first. Conditions that are set must all hold.</summary>
public sealed record TraceQuery
{
    /// <summary>Only requests for this model.</summary>
    public string? Model { get; init; }

    /// <summary>Only requests that ended so.</summary>
    public TraceStatus? Status { get; init; }

    /// <summary>Only requests that arrived at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only requests whose id, messages, error or user hold this text; ASCII letters match in either case.</summary>
    public string? Text { get; init; }

    /// <summary>Continues a list: only requests older than the one with this id.</summary>
    public string? Before { get; init; }

    /// <summary>The most to list. Range 1 to 1,000, default 50.</summary>
    public int Limit { get; init; } = 50;
}
