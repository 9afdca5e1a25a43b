using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>A page of jobs, the newest first.</summary>
[Description("A page of jobs, the newest first.")]
internal sealed record FineTuningJobList
{
    [Description("Always list.")]
    public string Object { get; init; } = "list";

    [Description("The jobs.")]
    public required IReadOnlyList<FineTuningJobView> Data { get; init; }

    [Description("The first one's id; null for an empty page.")]
    public required string? FirstId { get; init; }

    [Description("The last one's id, with which the next page goes on.")]
    public required string? LastId { get; init; }

    [Description("Whether there are more.")]
    public required bool HasMore { get; init; }
}
