namespace Gyre.Registry.Ratings;

/// <summary>A campaign and how far it is.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Progress">How far it is.</param>
public sealed record RatingOverview(RatingCampaign Campaign, RatingProgress Progress);
