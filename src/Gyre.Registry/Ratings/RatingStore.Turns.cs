using Gyre.Storage;

namespace Gyre.Registry.Ratings;

/// <content>Whose turn it is: reservations, the order of items, repeats.</content>
public sealed partial class RatingStore
{
    /// <summary>The rater's present item, or a new one, kept for this rater until the reservation ends; the first call makes the rater known.</summary>
    /// <exception cref="RegistryException">REG0082: no such campaign. REG0084: it is closed. REG0089: the name is none.</exception>
    public Task<RatingTurn> NextAsync(string name, string rater, CancellationToken cancellationToken)
    {
        var who = RaterName.Of(rater);
        return _database.WriteAsync(session => Next(session, RequireOpen(session, name), who), cancellationToken);
    }

    private RatingTurn Next(DatabaseSession session, CampaignRow campaign, RaterName name)
    {
        var rater = Join(session, campaign, name);
        var shown = Present(session, campaign, rater) ?? DueRepeat(session, campaign, rater, isLast: false);
        var offers = Offers(session, campaign, rater);
        var open = offers.Count(offer => IsFree(offer, campaign));
        if (shown is null)
        {
            var order = RatingSchedule.Order(unchecked((ulong)campaign.Seed), name, offers.Count);
            if (order.Select(place => offers[place]).FirstOrDefault(offer => IsFree(offer, campaign)) is { } chosen)
            {
                shown = Give(session, campaign, rater, name, chosen);
                open--;
            }
            else
            {
                shown = DueRepeat(session, campaign, rater, isLast: true);
            }
        }

        var (done, skipped) = Tally(session, rater);
        return shown is null
            ? new RatingTurn(null, done, skipped, 0, offers.Any(offer => offer.IsMine == 0 && offer.Rated < campaign.RatersWanted))
            : new RatingTurn(Show(session, shown), done, skipped, Mine(session, rater) + open + DueCount(session, rater), false);
    }

    private static (long Done, long Skipped) Tally(DatabaseSession session, long rater) => (
        session.QueryFirst<long>("SELECT COUNT(*) FROM rating_assignments WHERE rater = @Rater AND state = 'rated'", new { Rater = rater }),
        session.QueryFirst<long>("SELECT COUNT(*) FROM rating_assignments WHERE rater = @Rater AND state = 'skipped'", new { Rater = rater }));

    private static long Mine(DatabaseSession session, long rater) =>
        session.QueryFirst<long>("SELECT COUNT(*) FROM rating_assignments WHERE rater = @Rater AND state = 'reserved'", new { Rater = rater });

    private static long DueCount(DatabaseSession session, long rater) => session.QueryFirst<long>(
        "SELECT COUNT(*) FROM rating_assignments a WHERE a.rater = @Rater AND a.is_repeat = 0 AND a.repeat_due IS NOT NULL AND a.state = 'rated' AND NOT EXISTS (SELECT 1 FROM rating_assignments b WHERE b.item = a.item AND b.rater = a.rater AND b.is_repeat = 1)",
        new { Rater = rater });

    private long Join(DatabaseSession session, CampaignRow campaign, RaterName name)
    {
        session.Execute(
            "INSERT INTO rating_raters (campaign, name, name_key, joined_at) VALUES (@Campaign, @Shown, @Key, @Now) ON CONFLICT (campaign, name_key) DO NOTHING",
            new { Campaign = campaign.Id, name.Shown, name.Key, Now });
        return RaterOf(session, campaign, name)!.Value; // It was there, or has just been made.
    }

    private static long? RaterOf(DatabaseSession session, CampaignRow campaign, RaterName name) =>
        session.QueryFirst<long?>("SELECT id FROM rating_raters WHERE campaign = @Campaign AND name_key = @Key", new { Campaign = campaign.Id, name.Key });

    /// <summary>What is before the rater already, the earliest first; a reservation that is over goes on where nobody took the place.</summary>
    private AssignmentRow? Present(DatabaseSession session, CampaignRow campaign, long rater)
    {
        foreach (var row in session.Query<AssignmentRow>($"SELECT {AssignmentRow.Columns} FROM rating_assignments a WHERE a.rater = @Rater AND a.state = 'reserved' ORDER BY a.number", new { Rater = rater }))
        {
            if (row.ExpiresAt > Now || HasPlace(session, campaign, row))
            {
                Reserve(session, campaign, row.Id);
                return Row(session, row.Id);
            }

            session.Execute("UPDATE rating_assignments SET state = 'expired' WHERE id = @Id", new { row.Id });
        }

        return null;
    }

    /// <summary>True when the item lacks raters, this one left aside; repeats take nobody's place.</summary>
    private bool HasPlace(DatabaseSession session, CampaignRow campaign, AssignmentRow row) => row.IsRepeat == 1 || session.QueryFirst<long>(
        "SELECT COUNT(*) FROM rating_assignments WHERE item = @Item AND is_repeat = 0 AND rater <> @Rater AND (state = 'rated' OR (state = 'reserved' AND expires_at > @Now))",
        new { row.Item, row.Rater, Now }) < campaign.RatersWanted;

    private void Reserve(DatabaseSession session, CampaignRow campaign, string id) => session.Execute(
        "UPDATE rating_assignments SET state = 'reserved', expires_at = @ExpiresAt WHERE id = @Id", new { Id = id, ExpiresAt = Now + campaign.ReservationMs });

    /// <summary>An item that this rater shall see again, when it is due, or when nothing else is left and enough others lay between.</summary>
    private AssignmentRow? DueRepeat(DatabaseSession session, CampaignRow campaign, long rater, bool isLast)
    {
        var number = NextNumber(session, rater);
        var first = session.QueryFirst<AssignmentRow>(
            $"""
            SELECT {AssignmentRow.Columns} FROM rating_assignments a
            WHERE a.rater = @Rater AND a.is_repeat = 0 AND a.state = 'rated' AND a.repeat_due IS NOT NULL
              AND (a.repeat_due <= @Number OR (@IsLast = 1 AND a.number + @LeastGap < @Number))
              AND NOT EXISTS (SELECT 1 FROM rating_assignments b WHERE b.item = a.item AND b.rater = a.rater AND b.is_repeat = 1)
            ORDER BY a.repeat_due, a.number LIMIT 1
            """,
            new { Rater = rater, Number = number, IsLast = isLast ? 1 : 0, RatingSchedule.LeastGap });
        return first is null ? null : Add(session, campaign, first.Item, rater, number, isRepeat: true, repeatDue: null, leftPlace: 1 - first.LeftPlace);
    }

    /// <summary>Every item in the campaign's order, with how far others took its places and whether the rater had it.</summary>
    private IReadOnlyList<Offer> Offers(DatabaseSession session, CampaignRow campaign, long rater) => session.Query<Offer>(
        """
        SELECT i.id AS Item, i.number AS Number,
               IFNULL(SUM(CASE WHEN a.rater <> @Rater AND a.state = 'rated' THEN 1 END), 0) AS Rated,
               IFNULL(SUM(CASE WHEN a.rater <> @Rater AND a.state = 'reserved' AND a.expires_at > @Now THEN 1 END), 0) AS Reserved,
               IFNULL(MAX(CASE WHEN a.rater = @Rater AND a.state <> 'expired' THEN 1 END), 0) AS IsMine,
               MAX(CASE WHEN a.rater = @Rater AND a.state = 'expired' THEN a.id END) AS Expired
        FROM rating_items i LEFT JOIN rating_assignments a ON a.item = i.id AND a.is_repeat = 0
        WHERE i.campaign = @Id GROUP BY i.id ORDER BY i.number
        """,
        new { campaign.Id, Rater = rater, Now });

    private static bool IsFree(Offer offer, CampaignRow campaign) => offer.IsMine == 0 && offer.Rated + offer.Reserved < campaign.RatersWanted;

    private AssignmentRow Give(DatabaseSession session, CampaignRow campaign, long rater, RaterName name, Offer offer)
    {
        if (offer.Expired is { } earlier)
        {
            Reserve(session, campaign, earlier);
            return Row(session, earlier);
        }

        var seed = unchecked((ulong)campaign.Seed);
        var number = NextNumber(session, rater);
        var repeat = RatingSchedule.RepeatAfter(seed, name, (int)offer.Number, campaign.RepeatShare);
        var isPair = session.QueryFirst<long>("SELECT COUNT(*) FROM rating_outputs WHERE item = @Item", new { offer.Item }) == 2;
        return Add(session, campaign, offer.Item, rater, number, isRepeat: false, number + repeat, isPair ? RatingSchedule.LeftPlace(seed, name, (int)offer.Number) : 0);
    }

    private static long NextNumber(DatabaseSession session, long rater) =>
        1 + session.QueryFirst<long>("SELECT IFNULL(MAX(number), 0) FROM rating_assignments WHERE rater = @Rater", new { Rater = rater });

    private AssignmentRow Add(DatabaseSession session, CampaignRow campaign, long item, long rater, long number, bool isRepeat, long? repeatDue, long leftPlace)
    {
        var id = _ids.NewId("asg");
        session.Execute(
            "INSERT INTO rating_assignments (id, item, rater, number, is_repeat, repeat_due, left_place, state, given_at, expires_at) VALUES (@Id, @Item, @Rater, @Number, @IsRepeat, @RepeatDue, @LeftPlace, 'reserved', @Now, @ExpiresAt)",
            new { Id = id, Item = item, Rater = rater, Number = number, IsRepeat = isRepeat ? 1 : 0, RepeatDue = repeatDue, LeftPlace = leftPlace, Now, ExpiresAt = Now + campaign.ReservationMs });
        Note(session, id, "given");
        return Row(session, id);
    }

    private void Note(DatabaseSession session, string assignment, string kind, string? answer = null, string? reason = null) => session.Execute(
        "INSERT INTO rating_acts (assignment, kind, at, answer, reason) VALUES (@Assignment, @Kind, @Now, @Answer, @Reason)", new { Assignment = assignment, Kind = kind, Now, Answer = answer, Reason = reason });

    private static AssignmentRow Row(DatabaseSession session, string id) =>
        session.QueryFirst<AssignmentRow>($"SELECT {AssignmentRow.Columns} FROM rating_assignments a WHERE a.id = @Id", new { Id = id })!; // The caller read or wrote it just now.

    private static RatingAssignment Show(DatabaseSession session, AssignmentRow row)
    {
        var item = session.QueryFirst<ItemRow>($"SELECT {ItemRow.Columns} FROM rating_items WHERE id = @Item", new { row.Item })!; // A foreign key holds it.
        var texts = session.Query<string>("SELECT text FROM rating_outputs WHERE item = @Item ORDER BY place", new { row.Item });
        return new RatingAssignment(
            row.Id,
            (int)row.Number,
            row.State switch
            {
                AssignmentRow.Rated => RatingAssignmentState.Rated,
                AssignmentRow.Skipped => RatingAssignmentState.Skipped,
                AssignmentRow.Expired => RatingAssignmentState.Expired,
                _ => RatingAssignmentState.Reserved,
            },
            item.Prompt,
            item.Reference,
            item.Context,
            texts.Count == 2 && row.LeftPlace == 1 ? [texts[1], texts[0]] : texts,
            (row.Draft ?? row.Answer) is { } answer ? RatingAnswer.Parse(answer).Seen((int)row.LeftPlace) : null,
            row.SkipReason ?? "",
            DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt));
    }

    private sealed record Offer
    {
        public required long Item { get; init; }

        public required long Number { get; init; }

        public required long Rated { get; init; }

        public required long Reserved { get; init; }

        public required long IsMine { get; init; }

        public string? Expired { get; init; }
    }
}
