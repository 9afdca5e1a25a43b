using System.Globalization;
using Gyre.Observability;
using Gyre.Server.Http;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>GET <c>/api/traces</c> and <c>/api/traces/{id}</c>.</summary>
internal sealed class TracesEndpoint(TraceStore store, TraceRecorder recorder)
{
    private static readonly string[] Names = ["model", "status", "since", "text", "before", "limit"];

    public async Task ListAsync(HttpContext context)
    {
        TracePage page;
        try
        {
            page = await store.ListAsync(ReadQuery(context.Request.Query), context.RequestAborted);
        }
        catch (ObservabilityException error)
        {
            throw ApiException.Invalid(error.Code, $"{error.Message} ({error.Code})", error.Code == "OBS0001" ? "limit" : "before", error);
        }

        var counts = recorder.Counts;
        var list = new TraceList
        {
            Data = [.. page.Traces.Select(TraceView.Of)],
            Total = page.Total,
            Next = page.Next,
            Recorder = new TraceList.Counts { Written = counts.Written, Dropped = counts.Dropped, Failed = counts.Failed, LastError = counts.LastError },
        };
        await JsonAnswer.WriteAsync(context, list, WireJson.Plain.TraceList);
    }

    public async Task GetAsync(HttpContext context)
    {
        var trace = await store.FindAsync(context.GetRouteValue("id") as string ?? "", context.RequestAborted)
            ?? throw new ApiException(
                StatusCodes.Status404NotFound,
                ErrorTypes.NotFound,
                "SRV0170",
                "There is no trace of this id: it may not be written yet (traces follow their request within a second), or it was removed as too old. GET /api/traces lists what there is.",
                "id");
        await JsonAnswer.WriteAsync(context, TraceView.Of(trace), WireJson.Plain.TraceView);
    }

    private static TraceQuery ReadQuery(IQueryCollection query)
    {
        foreach (var name in query.Keys)
        {
            if (!Names.Contains(name, StringComparer.Ordinal))
            {
                throw ApiException.Invalid("SRV0110", $"Unknown parameter '{name}'; expected {string.Join(", ", Names)}.", name);
            }
        }

        return new TraceQuery
        {
            Model = Text(query, "model"),
            Text = Text(query, "text"),
            Before = Text(query, "before"),
            Status = Text(query, "status") switch
            {
                null => null,
                "ok" => TraceStatus.Ok,
                "error" => TraceStatus.Error,
                "cancelled" => TraceStatus.Cancelled,
                _ => throw ApiException.Invalid("SRV0114", "'status' is unknown; expected 'ok', 'error' or 'cancelled'.", "status"),
            },
            Since = Text(query, "since") is not { } since ? null
                : DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date
                : throw ApiException.Invalid("SRV0114", "'since' is no date; expected ISO 8601 such as 2026-01-31T12:00:00Z.", "since"),
            Limit = Text(query, "limit") is not { } limit ? 50
                : int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
                : throw ApiException.Invalid("SRV0114", "'limit' is no whole number; expected 1 to 1000.", "limit"),
        };
    }

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
}
