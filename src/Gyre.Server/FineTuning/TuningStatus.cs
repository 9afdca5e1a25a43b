namespace Gyre.Server.FineTuning;

/// <summary>The states of a fine-tuning job, as the wire format names them.</summary>
internal static class TuningStatus
{
    public const string Validating = "validating_files";
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Paused = "paused";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>Those of a job that has not ended.</summary>
    public static IReadOnlyList<string> Active { get; } = [Validating, Queued, Running, Paused];
}
