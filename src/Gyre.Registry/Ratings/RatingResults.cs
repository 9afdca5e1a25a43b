namespace Gyre.Registry.Ratings;

/// <summary>Everything that a campaign gave so far; names candidates.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Candidates">The candidates, in the order of the items.</param>
/// <param name="Records">The ratings in force, by item, rater and repeat.</param>
public sealed record RatingResults(RatingCampaign Campaign, RatingProgress Progress, IReadOnlyList<string> Candidates, IReadOnlyList<RatingRecord> Records);
