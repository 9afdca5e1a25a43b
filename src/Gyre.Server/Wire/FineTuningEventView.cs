using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>Something that happened in a fine-tuning job.</summary>
[Description("Something that happened in a fine-tuning job.")]
internal sealed record FineTuningEventView
{
    [Description("The event's id.")]
    public required string Id { get; init; }

    [Description("Always fine_tuning.job.event.")]
    public string Object { get; init; } = "fine_tuning.job.event";

    [Description("When it happened. Seconds since 1970-01-01T00:00:00Z.")]
    public required long CreatedAt { get; init; }

    [Description("info, warn or error.")]
    public required string Level { get; init; }

    [Description("What happened.")]
    public required string Message { get; init; }

    [Description("message or metrics.")]
    public required string Type { get; init; }

    [Description("The figures of metrics; empty for a message.")]
    public required FineTuningFigures Data { get; init; }
}
