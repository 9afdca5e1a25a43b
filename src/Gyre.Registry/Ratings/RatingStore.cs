using Gyre.Contracts;
using Gyre.Storage;

namespace Gyre.Registry.Ratings;

/// <summary>Rating campaigns: their items, whose turn it is, and what raters said.</summary>
/// <remarks>
/// Every act is one transaction, so nothing is lost when a browser closes or the process is killed, and of two raters who
/// act at once one waits. Safe for several threads and processes. What is for raters (<see cref="NextAsync"/> and the acts)
/// tells nothing of candidates.
/// <para>Owns: nothing; the database belongs to the caller.</para>
/// </remarks>
public sealed partial class RatingStore
{
    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly IIdSource _ids;

    /// <summary>Takes a database opened with <see cref="RegistryTables.Migrations"/>.</summary>
    /// <param name="database">The database.</param>
    /// <param name="clock">Dates acts, and decides when a reservation is over.</param>
    /// <param name="ids">Names assignments.</param>
    public RatingStore(Database database, TimeProvider clock, IIdSource ids)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(ids);
        (_database, _clock, _ids) = (database, clock, ids);
    }

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes a campaign.</summary>
    /// <exception cref="RegistryException">REG0080: the plan has faults; all are named. REG0083: the name is taken.</exception>
    public Task<RatingCampaign> CreateAsync(RatingCampaignPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Require();
        return _database.WriteAsync(session => Create(session, plan), cancellationToken);
    }

    /// <summary>All campaigns, the newest first.</summary>
    public Task<IReadOnlyList<RatingOverview>> ListAsync(CancellationToken cancellationToken) => _database.ReadAsync<IReadOnlyList<RatingOverview>>(
        session => [.. session.Query<CampaignRow>($"SELECT {CampaignRow.Columns} FROM rating_campaigns ORDER BY id DESC").Select(row => new RatingOverview(row.ToCampaign(), Progress(session, row)))],
        cancellationToken);

    /// <summary>A campaign by its name, or null.</summary>
    public Task<RatingOverview?> FindAsync(string name, CancellationToken cancellationToken) => _database.ReadAsync(
        session => Find(session, name) is { } row ? new RatingOverview(row.ToCampaign(), Progress(session, row)) : null,
        cancellationToken);

    /// <summary>Ends a campaign: nobody is given an item of it and nothing said in it changes any more. Once closed it stays so.</summary>
    /// <exception cref="RegistryException">REG0082: there is none of that name.</exception>
    public Task<RatingCampaign> CloseAsync(string name, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            var row = Require(session, name);
            session.Execute("UPDATE rating_campaigns SET closed_at = @Now WHERE id = @Id AND closed_at IS NULL", new { Now, row.Id });
            return Require(session, name).ToCampaign();
        },
        cancellationToken);

    /// <summary>What a campaign gave, with its candidates.</summary>
    /// <param name="name">The campaign.</param>
    /// <param name="unblinds">True to see results while it is open; that it was done is kept with the campaign.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RegistryException">REG0082: there is none of that name. REG0090: it is open, and <paramref name="unblinds"/> is false.</exception>
    public Task<RatingResults> ReadResultsAsync(string name, bool unblinds, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            var row = Require(session, name);
            if (row.ClosedAt is null && !unblinds)
            {
                throw new RegistryException("REG0090", $"Reading results failed: the campaign '{name}' is open, and results name the candidates, which nobody who still rates should know. Close it first, or ask for results in spite of that; it will be kept with them.");
            }

            if (row.ClosedAt is null)
            {
                session.Execute("UPDATE rating_campaigns SET unblinded_at = @Now WHERE id = @Id AND unblinded_at IS NULL", new { Now, row.Id });
            }

            return Results(session, Require(session, name));
        },
        cancellationToken);

    private static CampaignRow? Find(DatabaseSession session, string name) =>
        session.QueryFirst<CampaignRow>($"SELECT {CampaignRow.Columns} FROM rating_campaigns WHERE name = @Name", new { Name = name });

    private static CampaignRow Require(DatabaseSession session, string name)
    {
        if (Find(session, name) is { } row)
        {
            return row;
        }

        var known = session.Query<string>("SELECT name FROM rating_campaigns ORDER BY id DESC LIMIT 8");
        throw new RegistryException("REG0082", $"Finding a rating campaign failed: there is none called '{(name.Length <= 80 ? name : name[..80] + "…")}'; expected {(known.Count == 0 ? "one that was made, and there are none yet: 'gyre ratings create' makes one" : "one of: " + string.Join(", ", known))}.");
    }

    private static CampaignRow RequireOpen(DatabaseSession session, string name) => Require(session, name) is { ClosedAt: null } row
        ? row
        : throw new RegistryException("REG0084", $"Rating failed: the campaign '{name}' is closed; expected an open one. What was rated before is kept.");

    private RatingCampaign Create(DatabaseSession session, RatingCampaignPlan plan)
    {
        if (Find(session, plan.Name) is not null)
        {
            throw new RegistryException("REG0083", $"Making a rating campaign failed: there is one called '{plan.Name}' already; expected a new name. Choose another.");
        }

        session.Execute(
            "INSERT INTO rating_campaigns (name, rubric, raters_wanted, repeat_share, seed, reservation_ms, source, created_at) VALUES (@Name, @Rubric, @RatersWanted, @RepeatShare, @Seed, @ReservationMs, @Source, @Now)",
            new { plan.Name, Rubric = plan.Rubric.ToJson(), plan.RatersWanted, plan.RepeatShare, Seed = unchecked((long)plan.Seed), ReservationMs = (long)plan.Reservation.TotalMilliseconds, plan.Source, Now });
        var row = Require(session, plan.Name);
        var first = 1 + session.QueryFirst<long>("SELECT IFNULL(MAX(id), 0) FROM rating_items");
        session.Execute(
            "INSERT INTO rating_items (id, campaign, number, row_id, task, prompt, reference, context) VALUES (@Id, @Campaign, @Number, @Row, @Task, @Prompt, @Reference, @Context)",
            plan.Items.Select((item, place) => new { Id = first + place, Campaign = row.Id, Number = place + 1, item.Row, item.Task, item.Prompt, item.Reference, item.Context }).ToArray());
        session.Execute(
            "INSERT INTO rating_outputs (item, place, candidate, text, trace) VALUES (@Item, @Place, @Candidate, @Text, @Trace)",
            plan.Items.SelectMany((item, place) => item.Outputs.Select((output, side) => new { Item = first + place, Place = side, output.Candidate, output.Text, output.Trace })).ToArray());
        return row.ToCampaign();
    }

    private RatingProgress Progress(DatabaseSession session, CampaignRow campaign)
    {
        var items = session.QueryFirst<long>("SELECT COUNT(*) FROM rating_items WHERE campaign = @Id", new { campaign.Id });
        var counts = session.QueryFirst<ProgressRow>(
            """
            SELECT IFNULL(SUM(CASE WHEN a.is_repeat = 0 AND a.state = 'rated' THEN 1 END), 0) AS Ratings,
                   IFNULL(SUM(CASE WHEN a.is_repeat = 1 AND a.state = 'rated' THEN 1 END), 0) AS Repeats,
                   IFNULL(SUM(CASE WHEN a.state = 'skipped' THEN 1 END), 0) AS Skips,
                   IFNULL(SUM(CASE WHEN a.state = 'reserved' AND a.expires_at > @Now THEN 1 END), 0) AS Reserved,
                   COUNT(DISTINCT a.rater) AS Raters
            FROM rating_assignments a JOIN rating_items i ON i.id = a.item WHERE i.campaign = @Id
            """,
            new { campaign.Id, Now })!; // An aggregate always has a row.
        var complete = session.QueryFirst<long>(
            "SELECT COUNT(*) FROM (SELECT a.item FROM rating_assignments a JOIN rating_items i ON i.id = a.item WHERE i.campaign = @Id AND a.is_repeat = 0 AND a.state = 'rated' GROUP BY a.item HAVING COUNT(*) >= @RatersWanted)",
            new { campaign.Id, campaign.RatersWanted });
        return new RatingProgress(items, complete, counts.Ratings, items * campaign.RatersWanted, counts.Repeats, counts.Skips, counts.Reserved, counts.Raters);
    }

    private RatingResults Results(DatabaseSession session, CampaignRow campaign)
    {
        var outputs = session.Query<OutputRow>(
            "SELECT o.item AS Item, o.candidate AS Candidate, o.text AS Text, o.trace AS Trace FROM rating_outputs o JOIN rating_items i ON i.id = o.item WHERE i.campaign = @Id ORDER BY o.item, o.place",
            new { campaign.Id });
        var byItem = outputs.GroupBy(output => output.Item).ToDictionary(group => group.Key, group => group.Select(output => new RatingOutput(output.Candidate, output.Text, output.Trace)).ToArray());
        var items = session.Query<ItemRow>($"SELECT {ItemRow.Columns} FROM rating_items WHERE campaign = @Id", new { campaign.Id })
            .ToDictionary(row => row.Id, row => (Number: (int)row.Number, Item: new RatingItem(row.RowId, row.Task, row.Prompt, row.Reference, row.Context, byItem[row.Id])));
        var records = session.Query<RatedRow>(
            """
            SELECT a.item AS Item, r.name AS Rater, a.number AS Number, a.is_repeat AS IsRepeat, a.left_place AS LeftPlace, a.answer AS Answer, a.given_at AS GivenAt, a.finished_at AS FinishedAt,
                   (SELECT COUNT(*) FROM rating_acts h WHERE h.assignment = a.id AND h.kind = 'rated') AS Times
            FROM rating_assignments a JOIN rating_items i ON i.id = a.item JOIN rating_raters r ON r.id = a.rater
            WHERE i.campaign = @Id AND a.state = 'rated' ORDER BY i.number, r.name_key, a.is_repeat
            """,
            new { campaign.Id });
        return new RatingResults(
            campaign.ToCampaign(),
            Progress(session, campaign),
            [.. outputs.Select(output => output.Candidate).Distinct(StringComparer.Ordinal)],
            [.. records.Select(row => new RatingRecord(
                items[row.Item].Number,
                items[row.Item].Item,
                row.Rater,
                (int)row.Number,
                row.IsRepeat == 1,
                (int)row.LeftPlace,
                RatingAnswer.Parse(row.Answer),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GivenAt),
                DateTimeOffset.FromUnixTimeMilliseconds(row.FinishedAt),
                (int)row.Times - 1))]);
    }

    private sealed record ProgressRow
    {
        public required long Ratings { get; init; }

        public required long Repeats { get; init; }

        public required long Skips { get; init; }

        public required long Reserved { get; init; }

        public required long Raters { get; init; }
    }

    private sealed record RatedRow
    {
        public required long Item { get; init; }

        public required string Rater { get; init; }

        public required long Number { get; init; }

        public required long IsRepeat { get; init; }

        public required long LeftPlace { get; init; }

        public required string Answer { get; init; }

        public required long GivenAt { get; init; }

        public required long FinishedAt { get; init; }

        public required long Times { get; init; }
    }
}
