using System.ComponentModel;
using System.Text.Json.Nodes;

namespace Gyre.Server.Wire;

/// <summary>A fine-tuning job: what was asked for and how it stands.</summary>
[Description("A fine-tuning job.")]
internal sealed record FineTuningJobView
{
    [Description("The job's id.")]
    public required string Id { get; init; }

    [Description("Always fine_tuning.job.")]
    public string Object { get; init; } = "fine_tuning.job";

    [Description("When it was created. Seconds since 1970-01-01T00:00:00Z.")]
    public required long CreatedAt { get; init; }

    [Description("What went wrong, when it failed.")]
    public required Failure? Error { get; init; }

    [Description("The name that requests give as their model; null until it succeeded.")]
    public required string? FineTunedModel { get; init; }

    [Description("When it ended. Seconds since 1970-01-01T00:00:00Z.")]
    public required long? FinishedAt { get; init; }

    [Description("As asked for; once the files are read, the numbers that are used.")]
    public required Numbers Hyperparameters { get; init; }

    [Description("The alias it starts from.")]
    public required string Model { get; init; }

    [Description("Always gyre.")]
    public string OrganizationId { get; init; } = "gyre";

    [Description("Files of measurements, when it succeeded.")]
    public required IReadOnlyList<string> ResultFiles { get; init; }

    [Description("validating_files, queued, running, paused, succeeded, failed or cancelled.")]
    public required string Status { get; init; }

    [Description("Tokens trained on; null until it succeeded.")]
    public required long? TrainedTokens { get; init; }

    [Description("The file of examples.")]
    public required string TrainingFile { get; init; }

    [Description("The file of held-out examples.")]
    public required string? ValidationFile { get; init; }

    [Description("Always empty.")]
    public IReadOnlyList<string> Integrations { get; init; } = [];

    [Description("Equal seeds, files and settings give equal weights.")]
    public required int Seed { get; init; }

    [Description("When it is expected to end; null while that is not known. Seconds since 1970-01-01T00:00:00Z.")]
    public required long? EstimatedFinish { get; init; }

    [Description("How it learns.")]
    public required Way Method { get; init; }

    [Description("As the request said it.")]
    public required string? UserProvidedSuffix { get; init; }

    [Description("As the request said it.")]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    [Description("What went wrong.")]
    internal sealed record Failure
    {
        [Description("A stable code; docs/errors.md lists them.")]
        public required string Code { get; init; }

        [Description("What was found, with file and line where it is an example, and what to do next.")]
        public required string Message { get; init; }

        [Description("The parameter at fault, when there is one.")]
        public required string? Param { get; init; }
    }

    [Description("Numbers, or auto until they are chosen.")]
    internal sealed record Numbers
    {
        [Description("About how many examples a step sees.")]
        public required JsonNode BatchSize { get; init; }

        [Description("Scales the learning rate.")]
        public required JsonNode LearningRateMultiplier { get; init; }

        [Description("How often each example is shown.")]
        public required JsonNode NEpochs { get; init; }
    }

    [Description("How a job learns.")]
    internal sealed record Way
    {
        [Description("Always supervised.")]
        public string Type { get; init; } = "supervised";

        [Description("Its settings.")]
        public required Settings Supervised { get; init; }
    }

    [Description("The settings of a way to learn.")]
    internal sealed record Settings
    {
        [Description("As beside.")]
        public required Numbers Hyperparameters { get; init; }
    }
}
