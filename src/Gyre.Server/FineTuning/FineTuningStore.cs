using System.Text.Json;
using Gyre.Contracts;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Wire;
using Gyre.Storage;

namespace Gyre.Server.FineTuning;

/// <summary>The fine-tuning jobs with their events and checkpoints; they outlive the process.</summary>
/// <remarks>Owns: nothing; the database belongs to the host. Safe for several threads.</remarks>
internal sealed class FineTuningStore(Database database, GyreHostOptions options, TimeProvider clock, IIdSource ids)
{
    private const string Columns = "number AS Number, body AS Body, base_path AS BasePath, adapter_path AS AdapterPath, parent AS Parent, target AS Target, recipe AS Recipe";

    /// <summary>Keeps a new job; refuses one beyond the most that may wait, or whose files are gone.</summary>
    public Task AddAsync(StoredTuning job, string told, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.QueryFirst<TuningRow>("SELECT COUNT(*) AS Number FROM tuning_jobs WHERE status IN ('validating_files', 'queued', 'running', 'paused')")?.Number >= options.MaxFineTuningJobs)
            {
                throw new ApiException(StatusCodes.Status429TooManyRequests, ErrorTypes.RateLimit, "SRV0197", $"{options.MaxFineTuningJobs:N0} fine-tuning jobs have not ended; expected room for one more. Try again when one has, or cancel one.") { RetryAfter = TimeSpan.FromMinutes(1) };
            }

            foreach (var file in new[] { job.View.TrainingFile, job.View.ValidationFile }.OfType<string>())
            {
                _ = session.QueryFirst<TuningRow>("SELECT number AS Number FROM files WHERE id = @Id", new { Id = file })
                    ?? throw new ApiException(StatusCodes.Status404NotFound, ErrorTypes.InvalidRequest, "SRV0190", $"There is no file '{file}' any more.", "training_file");
            }

            Insert(session, job.Id, [Event(told)]);
            return session.Execute(
                "INSERT INTO tuning_jobs (id, status, training_file, validation_file, base_path, adapter_path, parent, target, recipe, body) VALUES (@Id, @Status, @TrainingFile, @ValidationFile, @BasePath, @AdapterPath, @Parent, @Target, @Recipe, @Body)",
                new { job.Id, job.Status, job.View.TrainingFile, job.View.ValidationFile, job.BasePath, job.AdapterPath, job.Parent, job.Target, job.Recipe, Body = Text(job) });
        },
        cancellationToken);

    /// <summary>A job by its id; refuses an id that none has.</summary>
    public async Task<StoredTuning> GetAsync(string id, CancellationToken cancellationToken) => await FindAsync(id, cancellationToken) ?? throw new ApiException(
        StatusCodes.Status404NotFound, ErrorTypes.InvalidRequest, "SRV0194", $"There is no fine-tuning job '{(id.Length <= 80 ? id : id[..80] + "…")}'. GET /v1/fine_tuning/jobs lists them.", "id");

    /// <summary>A job by its id, or null.</summary>
    public Task<StoredTuning?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Find(session, id)?.ToStored(), cancellationToken);

    /// <summary>The job that is next of those in some states: one that runs before one that waits, then the oldest; null for none.</summary>
    public Task<StoredTuning?> NextAsync(IReadOnlyList<string> statuses, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryFirst<TuningRow>(
            $"SELECT {Columns} FROM tuning_jobs WHERE status IN @Statuses ORDER BY status <> 'running', number LIMIT 1", new { Statuses = statuses })?.ToStored(),
        cancellationToken);

    /// <summary>Changes a job that is in one of some states, and tells of it in the same moment; null when it is in none of them.</summary>
    public Task<StoredTuning?> ChangeAsync(string id, IReadOnlyList<string> from, Func<StoredTuning, StoredTuning> change, IReadOnlyList<FineTuningEventView> told, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (Find(session, id)?.ToStored() is not { } job || !from.Contains(job.Status, StringComparer.Ordinal))
            {
                return null;
            }

            var changed = change(job);
            Insert(session, id, told);
            session.Execute("UPDATE tuning_jobs SET status = @Status, recipe = @Recipe, body = @Body WHERE id = @Id", new { changed.Id, changed.Status, changed.Recipe, Body = Text(changed) });
            return changed;
        },
        cancellationToken);

    /// <summary>A page of the jobs, and whether there are more.</summary>
    public Task<(IReadOnlyList<FineTuningJobView> Page, bool HasMore)> ListAsync(PageQuery page, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var before = page.After is { } after ? Find(session, after)?.Number ?? throw PageQuery.UnknownAfter() : long.MaxValue;
            var rows = session.Query<TuningRow>($"SELECT {Columns} FROM tuning_jobs WHERE number < @Before ORDER BY number DESC LIMIT @Most", new { Before = before, Most = page.Limit + 1 });
            return ((IReadOnlyList<FineTuningJobView>)[.. rows.Take(page.Limit).Select(row => row.ToStored().View)], rows.Count > page.Limit);
        },
        cancellationToken);

    /// <summary>Adds an event.</summary>
    public Task TellAsync(string job, string message, string level = "info", FineTuningFigures? figures = null) =>
        TellAsync(job, [Event(message, level, figures)]);

    /// <summary>An event that happens now.</summary>
    public FineTuningEventView Event(string message, string level = "info", FineTuningFigures? figures = null) => new()
    {
        Id = NewId("ftevent"),
        CreatedAt = clock.GetUtcNow().ToUnixTimeSeconds(),
        Level = level,
        Message = message,
        Type = figures is null ? "message" : "metrics",
        Data = figures ?? new FineTuningFigures(),
    };

    /// <summary>Adds events, in their order.</summary>
    public Task TellAsync(string job, IReadOnlyList<FineTuningEventView> events) => database.WriteAsync(
        session => Insert(session, job, events),
        CancellationToken.None); // What happened is kept, whoever is stopping.

    /// <summary>A page of a job's events, and whether there are more.</summary>
    public Task<(IReadOnlyList<FineTuningEventView> Page, bool HasMore)> EventsAsync(string job, PageQuery page, CancellationToken cancellationToken) =>
        PageAsync("tuning_events", job, page, body => JsonSerializer.Deserialize(body, WireJson.Plain.FineTuningEventView), cancellationToken);

    /// <summary>A page of a job's checkpoints, and whether there are more.</summary>
    public Task<(IReadOnlyList<FineTuningCheckpointView> Page, bool HasMore)> CheckpointsAsync(string job, PageQuery page, CancellationToken cancellationToken) =>
        PageAsync("tuning_checkpoints", job, page, body => JsonSerializer.Deserialize(body, WireJson.Plain.FineTuningCheckpointView), cancellationToken);

    /// <summary>Keeps a checkpoint, in the place of one of the same step, and forgets the oldest beyond a number of them; returns the models forgotten.</summary>
    public Task<IReadOnlyList<string>> AddCheckpointAsync(string job, string model, FineTuningFigures metrics, int keep) => database.WriteAsync(
        session =>
        {
            var view = new FineTuningCheckpointView
            {
                Id = NewId("ftckpt"),
                CreatedAt = clock.GetUtcNow().ToUnixTimeSeconds(),
                FineTunedModelCheckpoint = model,
                StepNumber = metrics.Step ?? 0,
                Metrics = metrics,
                FineTuningJobId = job,
            };
            session.Execute("DELETE FROM tuning_checkpoints WHERE job = @Job AND step = @Step", new { Job = job, Step = view.StepNumber });
            session.Execute(
                "INSERT INTO tuning_checkpoints (id, job, step, model, body) VALUES (@Id, @Job, @Step, @Model, @Body)",
                new { view.Id, Job = job, Step = view.StepNumber, Model = model, Body = JsonSerializer.Serialize(view, WireJson.Plain.FineTuningCheckpointView) });
            var old = session.Query<TuningRow>("SELECT number AS Number, model AS Target FROM tuning_checkpoints WHERE job = @Job ORDER BY number DESC LIMIT -1 OFFSET @Keep", new { Job = job, Keep = keep });
            foreach (var row in old)
            {
                session.Execute("DELETE FROM tuning_checkpoints WHERE number = @Number", new { row.Number });
            }

            return (IReadOnlyList<string>)[.. old.Select(row => row.Target)];
        },
        CancellationToken.None);

    /// <summary>An id with a hyphen behind its prefix, as clients know them.</summary>
    public string NewId(string prefix) => ids.NewId(prefix).Replace('_', '-');

    private static TuningRow? Find(DatabaseSession session, string id) =>
        session.QueryFirst<TuningRow>($"SELECT {Columns} FROM tuning_jobs WHERE id = @Id", new { Id = id });

    private static int Insert(DatabaseSession session, string job, IReadOnlyList<FineTuningEventView> events) => events.Sum(told => session.Execute(
        "INSERT INTO tuning_events (id, job, body) VALUES (@Id, @Job, @Body)", new { told.Id, Job = job, Body = JsonSerializer.Serialize(told, WireJson.Plain.FineTuningEventView) }));

    private static string Text(StoredTuning job) => JsonSerializer.Serialize(job.View, WireJson.Plain.FineTuningJobView);

    private Task<(IReadOnlyList<T> Page, bool HasMore)> PageAsync<T>(string table, string job, PageQuery page, Func<string, T?> read, CancellationToken cancellationToken)
        where T : class =>
        database.ReadAsync(
            session =>
            {
                var before = long.MaxValue;
                if (page.After is { } after)
                {
                    before = session.QueryFirst<TuningRow>($"SELECT number AS Number FROM {table} WHERE job = @Job AND id = @Id", new { Job = job, Id = after })?.Number ?? throw PageQuery.UnknownAfter();
                }

                var rows = session.Query<TuningRow>($"SELECT number AS Number, body AS Body FROM {table} WHERE job = @Job AND number < @Before ORDER BY number DESC LIMIT @Most", new { Job = job, Before = before, Most = page.Limit + 1 });
                return ((IReadOnlyList<T>)[.. rows.Take(page.Limit).Select(row => read(row.Body)).OfType<T>()], rows.Count > page.Limit);
            },
            cancellationToken);
}
