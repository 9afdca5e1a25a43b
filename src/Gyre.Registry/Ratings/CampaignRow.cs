namespace Gyre.Registry.Ratings;

/// <summary>A row of <c>rating_campaigns</c>.</summary>
internal sealed record CampaignRow
{
    public const string Columns = "id AS Id, name AS Name, rubric AS Rubric, raters_wanted AS RatersWanted, repeat_share AS RepeatShare, seed AS Seed, reservation_ms AS ReservationMs, source AS Source, created_at AS CreatedAt, closed_at AS ClosedAt, unblinded_at AS UnblindedAt";

    public required long Id { get; init; }

    public required string Name { get; init; }

    public required string Rubric { get; init; }

    public required long RatersWanted { get; init; }

    public required double RepeatShare { get; init; }

    public required long Seed { get; init; }

    public required long ReservationMs { get; init; }

    public required string Source { get; init; }

    public required long CreatedAt { get; init; }

    public long? ClosedAt { get; init; }

    public long? UnblindedAt { get; init; }

    public RatingCampaign ToCampaign() => new(
        Name,
        RatingRubric.Parse(Rubric),
        (int)RatersWanted,
        RepeatShare,
        unchecked((ulong)Seed),
        TimeSpan.FromMilliseconds(ReservationMs),
        Source,
        DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        ClosedAt is { } closed ? DateTimeOffset.FromUnixTimeMilliseconds(closed) : null,
        UnblindedAt is { } unblinded ? DateTimeOffset.FromUnixTimeMilliseconds(unblinded) : null);
}
