using Gyre.Contracts;

namespace Gyre.Registry.Ratings;

/// <summary>What the seed decides: a rater's order of the items, the sides, and which items come again.</summary>
/// <remarks>Depends on seed, rater and item alone, never on when somebody rates, so that it can be told afterwards.</remarks>
internal static class RatingSchedule
{
    /// <summary>So many others lie between an item and its repeat, at least: nearer, a rater remembers.</summary>
    public const int LeastGap = 5;

    private const int GapSpread = 6;

    /// <summary>The items' places in the order of a rater.</summary>
    public static int[] Order(ulong seed, RaterName rater, int items)
    {
        var order = Enumerable.Range(0, items).ToArray();
        new SeededRandom(seed).Fork($"order {rater.Key}").Shuffle<int>(order);
        return order;
    }

    /// <summary>Which of two outputs a rater sees on the left.</summary>
    public static int LeftPlace(ulong seed, RaterName rater, int item) => new SeededRandom(seed).Fork($"side {item} {rater.Key}").NextInt32(2);

    /// <summary>How many numbers after an item its repeat is due; null when it does not come again.</summary>
    public static int? RepeatAfter(ulong seed, RaterName rater, int item, double share)
    {
        var random = new SeededRandom(seed).Fork($"repeat {item} {rater.Key}");
        return random.NextDouble() < share ? LeastGap + 1 + random.NextInt32(GapSpread) : null;
    }
}
