using Gyre.Storage;

namespace Gyre.Registry.Ratings;

/// <content>What raters do: rate, change, skip, undo, and what they have begun to write.</content>
public sealed partial class RatingStore
{
    private const int MostSkipReasonLength = 1000;
    private const int MostListed = 200;

    /// <summary>Keeps a rating, or changes an own one; what it said before stays in the history. Returns the rater's counts; the next item is asked for by itself.</summary>
    /// <exception cref="RegistryException">
    /// REG0082, REG0084, REG0089: campaign or rater. REG0085: the answer does not fit the rubric; all faults are named.
    /// REG0086: the rater has no such assignment. REG0087: the reservation ended and others took the place.
    /// </exception>
    public Task<RatingTurn> RateAsync(string name, string rater, string assignment, RatingAnswer answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return ActAsync(name, rater, assignment, cancellationToken, (session, campaign, row) =>
        {
            var rubric = RatingRubric.Parse(campaign.Rubric);
            var given = answer with { Comment = answer.Comment.Trim() };
            if (rubric.Faults(given) is { Count: > 0 } faults)
            {
                throw new RegistryException("REG0085", $"Rating failed: {string.Join("; ", faults)}. Correct the answer and send it again.");
            }

            RequirePlace(session, campaign, row);
            var kept = given.Placed((int)row.LeftPlace).ToJson();
            if (row.State == AssignmentRow.Rated && row.Answer == kept)
            {
                // Sent again because its answer was lost on the way: nothing new was said.
                session.Execute("UPDATE rating_assignments SET draft = NULL WHERE id = @Id", new { row.Id });
                return;
            }

            session.Execute(
                "UPDATE rating_assignments SET state = 'rated', finished_at = @Now, answer = @Answer, draft = NULL, skip_reason = NULL WHERE id = @Id", new { row.Id, Now, Answer = kept });
            Note(session, row.Id, "rated", answer: kept);
        });
    }

    /// <summary>Leaves an item to others, and says why. Returns the rater's counts.</summary>
    /// <exception cref="RegistryException">REG0082, REG0084, REG0086, REG0089 as <see cref="RateAsync"/>. REG0085: the reason is empty or too long.</exception>
    public Task<RatingTurn> SkipAsync(string name, string rater, string assignment, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return ActAsync(name, rater, assignment, cancellationToken, (session, _, row) =>
        {
            var given = reason.Trim();
            if (given.Length is 0 or > MostSkipReasonLength)
            {
                throw new RegistryException("REG0085", $"Skipping failed: the reason has {given.Length:N0} characters; expected 1 to {MostSkipReasonLength:N0}. Say why the item cannot be rated.");
            }

            if (row.State == AssignmentRow.Skipped && row.SkipReason == given)
            {
                return;
            }

            session.Execute(
                "UPDATE rating_assignments SET state = 'skipped', finished_at = @Now, answer = NULL, draft = NULL, skip_reason = @Reason WHERE id = @Id", new { row.Id, Now, Reason = given });
            Note(session, row.Id, "skipped", reason: given);
        });
    }

    /// <summary>Takes the rater's last rating or skip back and puts the item before them again, with what they said.</summary>
    /// <exception cref="RegistryException">REG0082, REG0084, REG0087, REG0089 as <see cref="RateAsync"/>. REG0088: there is nothing to take back.</exception>
    public Task<RatingTurn> UndoAsync(string name, string rater, CancellationToken cancellationToken)
    {
        var who = RaterName.Of(rater);
        return _database.WriteAsync(
            session =>
            {
                var campaign = RequireOpen(session, name);
                var row = RaterOf(session, campaign, who) is not { } id ? null : session.QueryFirst<AssignmentRow>(
                    $"""
                    SELECT {AssignmentRow.Columns} FROM rating_acts h JOIN rating_assignments a ON a.id = h.assignment
                    WHERE a.rater = @Rater AND a.state IN ('rated', 'skipped') AND h.kind IN ('rated', 'skipped') ORDER BY h.id DESC LIMIT 1
                    """,
                    new { Rater = id });
                if (row is null)
                {
                    throw new RegistryException("REG0088", $"Undoing failed: '{who.Shown}' has rated nothing in '{name}' that is in force; expected a rating or a skip. Rate on.");
                }

                RequirePlace(session, campaign, row);
                session.Execute("UPDATE rating_assignments SET answer = NULL, draft = @Answer, skip_reason = NULL, finished_at = NULL WHERE id = @Id", new { row.Id, row.Answer });
                Reserve(session, campaign, row.Id);
                Note(session, row.Id, "undone");
                return Turn(session, campaign, who) with { Assignment = Show(session, Row(session, row.Id)) };
            },
            cancellationToken);
    }

    /// <summary>Keeps what a rater has begun to say of an item, and keeps the item longer for them; does nothing once it is rated or skipped. Returns the rater's counts.</summary>
    /// <exception cref="RegistryException">REG0082, REG0084, REG0086, REG0087, REG0089 as <see cref="RateAsync"/>. REG0085: the comment is too long.</exception>
    public Task<RatingTurn> SaveDraftAsync(string name, string rater, string assignment, RatingAnswer draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return ActAsync(
            name,
            rater,
            assignment,
            cancellationToken,
            (session, campaign, row) =>
            {
                if (draft.Comment.Length > RatingAnswer.MostCommentLength)
                {
                    throw new RegistryException("REG0085", $"Keeping a draft failed: the comment has {draft.Comment.Length:N0} characters; expected at most {RatingAnswer.MostCommentLength:N0}. Shorten it.");
                }

                if (row.State is AssignmentRow.Rated or AssignmentRow.Skipped)
                {
                    return; // What is in force stays so until it is changed.
                }

                RequirePlace(session, campaign, row);
                session.Execute("UPDATE rating_assignments SET draft = @Draft WHERE id = @Id", new { row.Id, Draft = draft.Placed((int)row.LeftPlace).ToJson() });
                Reserve(session, campaign, row.Id);
            });
    }

    /// <summary>A rater's own assignments that are rated or skipped, the last first, at most 200.</summary>
    /// <exception cref="RegistryException">REG0082, REG0089 as <see cref="RateAsync"/>.</exception>
    public Task<IReadOnlyList<RatingAssignment>> ReadOwnAsync(string name, string rater, CancellationToken cancellationToken)
    {
        var who = RaterName.Of(rater);
        return _database.ReadAsync<IReadOnlyList<RatingAssignment>>(
            session => RaterOf(session, Require(session, name), who) is not { } id ? [] :
            [
                .. session.Query<AssignmentRow>($"SELECT {AssignmentRow.Columns} FROM rating_assignments a WHERE a.rater = @Rater AND a.state IN ('rated', 'skipped') ORDER BY a.number DESC LIMIT {MostListed}", new { Rater = id })
                    .Select(row => Show(session, row)),
            ],
            cancellationToken);
    }

    private Task<RatingTurn> ActAsync(string name, string rater, string assignment, CancellationToken cancellationToken, Action<DatabaseSession, CampaignRow, AssignmentRow> act)
    {
        var who = RaterName.Of(rater);
        return _database.WriteAsync(
            session =>
            {
                var campaign = RequireOpen(session, name);
                var row = session.QueryFirst<AssignmentRow>(
                    $"SELECT {AssignmentRow.Columns} FROM rating_assignments a JOIN rating_raters r ON r.id = a.rater WHERE a.id = @Assignment AND r.campaign = @Campaign AND r.name_key = @Key",
                    new { Assignment = assignment, Campaign = campaign.Id, who.Key })
                    ?? throw new RegistryException("REG0086", $"Rating failed: '{who.Shown}' was given no item of that id in '{name}'; expected the id of an own one. Ask for the next item.");
                act(session, campaign, row);
                return Turn(session, campaign, who);
            },
            cancellationToken);
    }

    /// <summary>The rater's counts after an act; the next item is asked for by itself.</summary>
    private RatingTurn Turn(DatabaseSession session, CampaignRow campaign, RaterName name)
    {
        var rater = RaterOf(session, campaign, name)!.Value; // Whoever acts has joined.
        var (done, skipped) = Tally(session, rater);
        var open = Offers(session, campaign, rater).Count(offer => IsFree(offer, campaign));
        return new RatingTurn(null, done, skipped, Mine(session, rater) + open + DueCount(session, rater), false);
    }

    /// <summary>Refuses what would give an item more raters than wanted.</summary>
    private void RequirePlace(DatabaseSession session, CampaignRow campaign, AssignmentRow row)
    {
        var holdsPlace = row.State == AssignmentRow.Rated || (row.State == AssignmentRow.Reserved && row.ExpiresAt > Now);
        if (!holdsPlace && !HasPlace(session, campaign, row))
        {
            throw new RegistryException("REG0087", "Rating failed: the item was kept for this rater until the reservation ended, and others have taken its places since; expected an item that lacks raters. Ask for the next item.");
        }
    }
}
