namespace Gyre.Registry.Ratings;

/// <summary>A row of <c>rating_assignments</c>.</summary>
internal sealed record AssignmentRow
{
    public const string Reserved = "reserved";
    public const string Rated = "rated";
    public const string Skipped = "skipped";
    public const string Expired = "expired";

    public const string Columns = "a.id AS Id, a.item AS Item, a.rater AS Rater, a.number AS Number, a.is_repeat AS IsRepeat, a.repeat_due AS RepeatDue, a.left_place AS LeftPlace, a.state AS State, a.given_at AS GivenAt, a.expires_at AS ExpiresAt, a.answer AS Answer, a.draft AS Draft, a.skip_reason AS SkipReason";

    public required string Id { get; init; }

    public required long Item { get; init; }

    public required long Rater { get; init; }

    public required long Number { get; init; }

    public required long IsRepeat { get; init; }

    public long? RepeatDue { get; init; }

    public required long LeftPlace { get; init; }

    public required string State { get; init; }

    public required long GivenAt { get; init; }

    public required long ExpiresAt { get; init; }

    public string? Answer { get; init; }

    public string? Draft { get; init; }

    public string? SkipReason { get; init; }
}
