namespace Gyre.Registry.Ratings;

/// <summary>A campaign as it is kept.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rubric">What raters are asked.</param>
/// <param name="RatersWanted">How many raters each item shall have.</param>
/// <param name="RepeatShare">The share of a rater's items that come a second time.</param>
/// <param name="Seed">Decides each rater's order, sides and repeats.</param>
/// <param name="Reservation">How long an item is kept for a rater who does nothing.</param>
/// <param name="Source">Where the items come from; names candidates perhaps, so not for raters.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ClosedAt">When it was closed; null while it is open.</param>
/// <param name="UnblindedAt">When results were first asked for while it was open; null for never.</param>
public sealed record RatingCampaign(
    string Name,
    RatingRubric Rubric,
    int RatersWanted,
    double RepeatShare,
    ulong Seed,
    TimeSpan Reservation,
    string Source,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ClosedAt,
    DateTimeOffset? UnblindedAt)
{
    /// <summary>True until it is closed.</summary>
    public bool IsOpen => ClosedAt is null;
}
