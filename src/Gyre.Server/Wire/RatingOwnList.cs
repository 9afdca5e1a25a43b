using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>What a rater rated and skipped.</summary>
[Description("What a rater rated and skipped.")]
internal sealed record RatingOwnList
{
    [Description("Always list.")]
    public string Object { get; init; } = "list";

    [Description("The last first, at most 200.")]
    public required IReadOnlyList<RatingAssignmentView> Data { get; init; }
}
