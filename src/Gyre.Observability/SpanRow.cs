using System.Text.Json;

namespace Gyre.Observability;

/// <summary>A row of the table <c>spans</c>. Times count microseconds, since 1970 where they are dates.</summary>
internal sealed record SpanRow
{
    public long TraceNumber { get; init; }

    public int Position { get; init; }

    public string SpanId { get; init; } = "";

    public string ParentId { get; init; } = "";

    public string Name { get; init; } = "";

    public long StartedAt { get; init; }

    public long Duration { get; init; }

    public string Status { get; init; } = "";

    public string Attributes { get; init; } = "{}";

    public TraceSpan ToSpan()
    {
        using var document = JsonDocument.Parse(Attributes);
        return new TraceSpan
        {
            SpanId = SpanId,
            ParentId = ParentId,
            Name = Name,
            StartedAt = Microseconds.ToDate(StartedAt),
            Duration = Microseconds.ToTime(Duration),
            Status = StatusText.Parse(Status),
            Attributes = document.RootElement.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.Clone(), StringComparer.Ordinal),
        };
    }
}
