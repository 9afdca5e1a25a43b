using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>That a run is no longer recorded.</summary>
[Description("That a run is no longer recorded; its files are where they were.")]
internal sealed record ExperimentRemoval
{
    [Description("The run's id.")]
    public required string Id { get; init; }

    [Description("True.")]
    public bool Forgotten { get; init; } = true;
}
