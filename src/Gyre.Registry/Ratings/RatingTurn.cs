namespace Gyre.Registry.Ratings;

/// <summary>What a rater does next.</summary>
/// <param name="Assignment">The item; null when there is none for this rater now.</param>
/// <param name="Done">Items the rater rated, repeats included.</param>
/// <param name="Skipped">Items the rater skipped.</param>
/// <param name="Left">Items that are still to come for this rater, the present one included, as far as is known now.</param>
/// <param name="IsWaiting">True when there is none now, but others' reservations may yet set some free.</param>
public sealed record RatingTurn(RatingAssignment? Assignment, long Done, long Skipped, long Left, bool IsWaiting);
