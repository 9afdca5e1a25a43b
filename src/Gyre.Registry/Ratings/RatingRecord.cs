namespace Gyre.Registry.Ratings;

/// <summary>A rating in force, with all that was hidden from the rater.</summary>
/// <param name="ItemNumber">The item's number in the campaign, from 1.</param>
/// <param name="Item">The item, with its candidates.</param>
/// <param name="Rater">Who rated.</param>
/// <param name="Number">Its place in the rater's order.</param>
/// <param name="IsRepeat">True when the rater saw the item a second time.</param>
/// <param name="LeftPlace">Which of the outputs stood on the left, 0 or 1.</param>
/// <param name="Answer">The answer; a preference is <see cref="First"/> or <see cref="Second"/>, by the item's outputs and not by sides.</param>
/// <param name="GivenAt">When the rater was first shown it.</param>
/// <param name="RatedAt">When the rating in force was given.</param>
/// <param name="Revisions">Earlier ratings of the same assignment that were changed or undone.</param>
public sealed record RatingRecord(
    int ItemNumber,
    RatingItem Item,
    string Rater,
    int Number,
    bool IsRepeat,
    int LeftPlace,
    RatingAnswer Answer,
    DateTimeOffset GivenAt,
    DateTimeOffset RatedAt,
    int Revisions)
{
    /// <summary>The preference for the item's first output.</summary>
    public const string First = "first";

    /// <summary>The preference for the item's second output.</summary>
    public const string Second = "second";

    /// <summary>The answer to a question of the rubric.</summary>
    public string Value(string question) => Answer.Values.GetValueOrDefault(question, "");
}
