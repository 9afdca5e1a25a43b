using System.ComponentModel;
using Gyre.Registry.Ratings;

namespace Gyre.Server.Wire;

/// <summary>What a rater does next, and how far they are.</summary>
[Description("What a rater does next, and how far they are.")]
internal sealed record RatingTurnView
{
    [Description("The item before the rater; null after an act, and when there is none for them now.")]
    public required RatingAssignmentView? Assignment { get; init; }

    [Description("Items they rated.")]
    public required long Done { get; init; }

    [Description("Items they skipped.")]
    public required long Skipped { get; init; }

    [Description("Items still to come for them, as far as is known now.")]
    public required long Left { get; init; }

    [Description("True when there is none now, but others may yet leave some.")]
    public required bool IsWaiting { get; init; }

    public static RatingTurnView Of(RatingTurn turn) => new()
    {
        Assignment = turn.Assignment is { } assignment ? RatingAssignmentView.Of(assignment) : null,
        Done = turn.Done,
        Skipped = turn.Skipped,
        Left = turn.Left,
        IsWaiting = turn.IsWaiting,
    };
}
