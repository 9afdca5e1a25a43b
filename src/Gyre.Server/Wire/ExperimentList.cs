using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>A part of the list of recorded runs.</summary>
[Description("A part of the list of recorded runs.")]
internal sealed record ExperimentList
{
    [Description("Newest first.")]
    public required IReadOnlyList<ExperimentCard> Data { get; init; }

    [Description("How many the conditions match in all.")]
    public required long Total { get; init; }

    [Description("What to pass as before for the next part; null at the end.")]
    public required string? Next { get; init; }
}
