using System.ComponentModel;
using System.Text.Json;

namespace Gyre.Server.Wire;

/// <summary>A recorded run with its tables.</summary>
[Description("A recorded run with its tables.")]
internal sealed record ExperimentDetail
{
    [Description("The run as it was recorded.")]
    public required ExperimentCard Run { get; init; }

    [Description("How its main file is found now: unchanged, changed, missing or unusable.")]
    public required string State { get; init; }

    [Description("What is the matter with the file; empty when nothing is.")]
    public required string Problem { get; init; }

    [Description("What the main file holds: result.json of an experiment, benchmark.json of a benchmark; null when it is missing or cannot be used.")]
    public required JsonElement? Result { get; init; }

    [Description("The seven dimensions that a benchmark's run is part of; null without them.")]
    public required JsonElement? Helm { get; init; }
}
