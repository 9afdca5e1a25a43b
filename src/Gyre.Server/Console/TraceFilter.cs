using System.Globalization;
using Gyre.Observability;
using Gyre.Server.Http;

namespace Gyre.Server.Console;

/// <summary>The filter of the page of traces, as its form writes it into the address.</summary>
/// <param name="Model">Only this model; empty for any.</param>
/// <param name="Status"><c>ok</c>, <c>error</c> or <c>cancelled</c>; empty for any.</param>
/// <param name="Since">A period such as <c>24h</c>, or an ISO 8601 date; empty for any time.</param>
/// <param name="Text">Only traces that hold this text; empty for any.</param>
/// <param name="Before">Continues the list after the trace of this id; empty for its beginning.</param>
public sealed record TraceFilter(string Model, string Status, string Since, string Text, string Before)
{
    private const int PageSize = 50;
    private const int MaxLength = 200;

    internal static IReadOnlyList<(string Value, string Label)> Statuses { get; } =
        [("ok", "Answered"), ("error", "Failed"), ("cancelled", "Stopped")];

    internal static IReadOnlyList<(string Value, string Label, TimeSpan Length)> Periods { get; } =
    [
        ("15m", "Last 15 minutes", TimeSpan.FromMinutes(15)),
        ("1h", "Last hour", TimeSpan.FromHours(1)),
        ("24h", "Last 24 hours", TimeSpan.FromHours(24)),
        ("7d", "Last 7 days", TimeSpan.FromDays(7)),
    ];

    /// <summary>True when nothing is filtered.</summary>
    public bool IsEmpty => Model.Length + Status.Length + Since.Length + Text.Length == 0;

    internal static TraceFilter Read(IQueryCollection query)
    {
        return new TraceFilter(Value("model"), Value("status"), Value("since"), Value("text"), Value("before"));

        string Value(string name)
        {
            var value = query[name].ToString().Trim();
            return value.Length <= MaxLength ? value : value[..MaxLength];
        }
    }

    /// <summary>The query for the store. Errors: <see cref="ApiException"/> <c>SRV0133</c> for a status or time that is none.</summary>
    internal TraceQuery ToQuery(DateTimeOffset now) => new()
    {
        Model = OrNull(Model),
        Text = OrNull(Text),
        Before = OrNull(Before),
        Status = Status switch
        {
            "" => null,
            "ok" => TraceStatus.Ok,
            "error" => TraceStatus.Error,
            "cancelled" => TraceStatus.Cancelled,
            _ => throw ApiException.Invalid("SRV0133", $"The status is '{Status}'; expected ok, error or cancelled.", "status"),
        },
        Since = ReadSince(now),
        Limit = PageSize,
    };

    /// <summary>The address of this filter's list, from the trace after <paramref name="before"/> or from its beginning.</summary>
    internal string Link(string? before)
    {
        var parts = new[] { ("model", Model), ("status", Status), ("since", Since), ("text", Text), ("before", before ?? "") }
            .Where(part => part.Item2.Length > 0)
            .Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2)}");
        var query = string.Join('&', parts);
        return query.Length == 0 ? "/traces" : "/traces?" + query;
    }

    private DateTimeOffset? ReadSince(DateTimeOffset now)
    {
        if (Since.Length == 0)
        {
            return null;
        }

        foreach (var (value, _, length) in Periods)
        {
            if (value == Since)
            {
                return now - length;
            }
        }

        return DateTimeOffset.TryParse(Since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : throw ApiException.Invalid("SRV0133", $"The time is '{Since}'; expected 15m, 1h, 24h, 7d or a date such as 2026-01-31T12:00:00Z.", "since");
    }

    private static string? OrNull(string value) => value.Length == 0 ? null : value;
}
