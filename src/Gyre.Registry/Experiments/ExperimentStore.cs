using Gyre.Contracts;
using Gyre.Storage;

namespace Gyre.Registry.Experiments;

/// <summary>The runs of experiments and benchmarks: an entry each, with headline numbers and the folder that holds the rest.</summary>
/// <remarks>
/// Owns: nothing; the database belongs to whoever opened it with <see cref="RegistryTables.Migrations"/>. The files of a run are
/// neither copied nor removed here. Safe for several threads.
/// </remarks>
public sealed class ExperimentStore
{
    private const int MostListed = 1000;

    private const string Columns = """
        number AS Number, id AS Id, kind AS Kind, name AS Name, version AS Version, settings AS Settings, started_at AS StartedAt, ended_at AS EndedAt,
        dataset AS Dataset, dataset_digest AS DatasetDigest, rows AS Rows, left_out AS LeftOut, baseline AS Baseline, passed AS Passed,
        gate_open AS GateOpen, folder AS Folder, file AS File, file_digest AS FileDigest
        """;

    private readonly Database _database;
    private readonly IIdSource _ids;

    /// <summary>A store over an open database.</summary>
    /// <param name="database">Opened with <see cref="RegistryTables.Migrations"/>.</param>
    /// <param name="ids">Gives each run its id.</param>
    public ExperimentStore(Database database, IIdSource ids)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(ids);
        (_database, _ids) = (database, ids);
    }

    /// <summary>Keeps a run.</summary>
    /// <exception cref="RegistryException">REG0040: the record has faults; all are listed.</exception>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public Task<ExperimentEntry> AddAsync(ExperimentRecord run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        var faults = run.Faults();
        if (faults.Count > 0)
        {
            throw new RegistryException("REG0040", $"Recording a run failed: {string.Join("; ", faults)}. Run: '{(run.Name.Length <= 80 ? run.Name : run.Name[..80] + "…")}'. Correct the record; its files are untouched.");
        }

        var row = ExperimentRow.Of(_ids.NewId("exp"), run);
        return _database.WriteAsync(
            session =>
            {
                var number = session.QueryFirst<long>(
                    """
                    INSERT INTO experiments (id, kind, name, version, settings, started_at, ended_at, dataset, dataset_digest, rows, left_out, baseline, passed, gate_open, folder, file, file_digest)
                    VALUES (@Id, @Kind, @Name, @Version, @Settings, @StartedAt, @EndedAt, @Dataset, @DatasetDigest, @Rows, @LeftOut, @Baseline, @Passed, @GateOpen, @Folder, @File, @FileDigest)
                    RETURNING number
                    """,
                    row);
                session.Execute(
                    "INSERT INTO experiment_candidates (experiment, position, name, digest) VALUES (@Number, @Position, @Name, @Digest)",
                    run.Candidates.Select((candidate, position) => new { Number = number, Position = position, candidate.Name, candidate.Digest }));
                session.Execute(
                    """
                    INSERT INTO experiment_figures (experiment, position, candidate, metric, unit, direction, value, low, high, reason)
                    VALUES (@Number, @Position, @Candidate, @Metric, @Unit, @Direction, @Value, @Low, @High, @Reason)
                    """,
                    run.Figures.Select((figure, position) => new { Number = number, Position = position, figure.Candidate, figure.Metric, figure.Unit, figure.Direction, figure.Value, figure.Low, figure.High, figure.Reason }));
                return row.ToEntry(run.Candidates, run.Figures);
            },
            cancellationToken);
    }

    /// <summary>Lists runs, the newest first.</summary>
    /// <exception cref="RegistryException">REG0041: the limit is out of range. REG0042: there is no run of the id in <see cref="ExperimentQuery.Before"/>.</exception>
    public Task<ExperimentPage> ListAsync(ExperimentQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Limit is < 1 or > MostListed)
        {
            throw new RegistryException("REG0041", $"Listing runs failed: the limit is {query.Limit}; expected 1 to {MostListed}.");
        }

        return _database.ReadAsync(session => List(session, query), cancellationToken);
    }

    /// <summary>A run by its id, or null.</summary>
    public Task<ExperimentEntry?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _database.ReadAsync(
            session => session.QueryFirst<ExperimentRow>($"SELECT {Columns} FROM experiments WHERE id = @Id", new { Id = id }) is { } row ? Entries(session, [row])[0] : null,
            cancellationToken);
    }

    /// <summary>Removes a run from the store; its files stay. False when there is none of that id.</summary>
    public Task<bool> ForgetAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _database.WriteAsync(session => session.Execute("DELETE FROM experiments WHERE id = @Id", new { Id = id }) > 0, cancellationToken);
    }

    private static ExperimentPage List(DatabaseSession session, ExperimentQuery query)
    {
        var conditions = new List<string>();
        Require(query.Kind, "kind = @Kind");
        Require(query.Name, """(name LIKE @Name ESCAPE '\' OR dataset LIKE @Name ESCAPE '\' OR EXISTS (SELECT 1 FROM experiment_candidates c WHERE c.experiment = experiments.number AND c.name LIKE @Name ESCAPE '\'))""");
        Require(query.DatasetDigest, "dataset_digest = @DatasetDigest");
        Require(query.Passed, "(passed AND COALESCE(gate_open, 1)) = @Passed");
        long? before = query.Before is not { } cursor ? null
            : session.QueryFirst<long?>("SELECT number FROM experiments WHERE id = @Id", new { Id = cursor })
                ?? throw new RegistryException("REG0042", "Listing runs failed: there is no run of the id given as 'before'; it may have been forgotten. Begin at the newest again.");
        var parameters = new
        {
            Kind = query.Kind is { } kind ? ExperimentRow.TextOf(kind) : null,
            Name = query.Name is { } name ? Pattern(name) : null,
            query.DatasetDigest,
            Passed = query.Passed is true ? 1 : 0,
            Before = before ?? 0L,
            Limit = query.Limit + 1,
        };
        var total = session.QueryFirst<long>($"SELECT COUNT(*) FROM experiments {Where(conditions)}", parameters);
        Require(before, "number < @Before");
        var rows = session.Query<ExperimentRow>($"SELECT {Columns} FROM experiments {Where(conditions)} ORDER BY number DESC LIMIT @Limit", parameters);
        var shown = Entries(session, [.. rows.Take(query.Limit)]);
        return new ExperimentPage(shown, total, rows.Count > query.Limit ? shown[^1].Id : null);

        void Require(object? value, string condition)
        {
            if (value is not null)
            {
                conditions.Add(condition);
            }
        }
    }

    private static List<ExperimentEntry> Entries(DatabaseSession session, IReadOnlyList<ExperimentRow> rows)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var numbers = new { Numbers = rows.Select(row => row.Number) };
        var candidates = session.Query<CandidateRow>("SELECT experiment AS Experiment, name AS Name, digest AS Digest FROM experiment_candidates WHERE experiment IN @Numbers ORDER BY experiment, position", numbers)
            .ToLookup(row => row.Experiment, row => new ExperimentCandidate(row.Name, row.Digest));
        var figures = session.Query<FigureRow>(
            """
            SELECT experiment AS Experiment, candidate AS Candidate, metric AS Metric, unit AS Unit, direction AS Direction, value AS Value, low AS Low, high AS High, reason AS Reason
            FROM experiment_figures WHERE experiment IN @Numbers ORDER BY experiment, position
            """,
            numbers).ToLookup(row => row.Experiment, row => row.ToFigure());
        return [.. rows.Select(row => row.ToEntry([.. candidates[row.Number]], [.. figures[row.Number]]))];
    }

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);

    private static string Pattern(string text) =>
        "%" + text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";

    private sealed record CandidateRow
    {
        public long Experiment { get; init; }

        public string Name { get; init; } = "";

        public string Digest { get; init; } = "";
    }

    private sealed record FigureRow
    {
        public long Experiment { get; init; }

        public string Candidate { get; init; } = "";

        public string Metric { get; init; } = "";

        public string Unit { get; init; } = "";

        public string Direction { get; init; } = "";

        public double? Value { get; init; }

        public double? Low { get; init; }

        public double? High { get; init; }

        public string Reason { get; init; } = "";

        public ExperimentFigure ToFigure() => new(Candidate, Metric, Unit, Direction, Value, Low, High, Reason);
    }
}
