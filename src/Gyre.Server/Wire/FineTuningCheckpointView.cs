using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The adapter as it stood after a step; usable as a model.</summary>
[Description("The adapter as it stood after a step; usable as a model.")]
internal sealed record FineTuningCheckpointView
{
    [Description("The checkpoint's id.")]
    public required string Id { get; init; }

    [Description("Always fine_tuning.job.checkpoint.")]
    public string Object { get; init; } = "fine_tuning.job.checkpoint";

    [Description("When it was written. Seconds since 1970-01-01T00:00:00Z.")]
    public required long CreatedAt { get; init; }

    [Description("The name that requests give as their model.")]
    public required string FineTunedModelCheckpoint { get; init; }

    [Description("The step.")]
    public required int StepNumber { get; init; }

    [Description("What was measured.")]
    public required FineTuningFigures Metrics { get; init; }

    [Description("The job's id.")]
    public required string FineTuningJobId { get; init; }
}
