namespace Gyre.Observability;

/// <summary>Times as the tables keep them.</summary>
internal static class Microseconds
{
    public static long From(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static long From(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToDate(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static TimeSpan ToTime(long microseconds) => new(microseconds * TimeSpan.TicksPerMicrosecond);
}
