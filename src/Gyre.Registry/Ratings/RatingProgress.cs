namespace Gyre.Registry.Ratings;

/// <summary>How far a campaign is; tells nothing of candidates.</summary>
/// <param name="Items">Items.</param>
/// <param name="Complete">Items with as many ratings as wanted.</param>
/// <param name="Ratings">Ratings in force, repeats left aside.</param>
/// <param name="Wanted">Ratings wanted in all.</param>
/// <param name="Repeats">Ratings of items that came a second time.</param>
/// <param name="Skips">Items that a rater skipped, each rater counted.</param>
/// <param name="Reserved">Items that are before a rater now, each rater counted.</param>
/// <param name="Raters">People who took part.</param>
public sealed record RatingProgress(long Items, long Complete, long Ratings, long Wanted, long Repeats, long Skips, long Reserved, long Raters);
