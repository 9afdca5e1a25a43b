namespace Gyre.Observability;

/// <summary>Statuses as the tables keep them.</summary>
internal static class StatusText
{
    public static string Of(TraceStatus status) => status switch
    {
        TraceStatus.Ok => "ok",
        TraceStatus.Error => "error",
        _ => "cancelled",
    };

    public static TraceStatus Parse(string text) => text switch
    {
        "ok" => TraceStatus.Ok,
        "error" => TraceStatus.Error,
        _ => TraceStatus.Cancelled,
    };
}
