using Gyre.Models.Encoders;
using Gyre.Server.Catalog;
using Gyre.Server.Files;
using Gyre.Server.FineTuning;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary><c>/v1/fine_tuning/jobs</c>: training an adapter from a kept file, and what became of it.</summary>
internal sealed class FineTuningEndpoint(
    GyreHostOptions options,
    FineTuningStore store,
    FineTuningRunner runner,
    FileStore files,
    AliasCatalog aliases,
    AdapterCatalog adapters,
    ModelPool models,
    TimeProvider clock)
{
    private const int UsualListed = 20;
    private const int MostListed = 100;
    private const int UsualCheckpoints = 10;

    /// <summary>Alias and suffix together, so that the name of a checkpoint is still one that requests may give.</summary>
    private const int MostNameLetters = 96;

    private const int ShortId = 8;

    public async Task CreateAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        var request = FineTuningRequest.Read(body.RootElement, faults);
        faults.ThrowIfAny();
        var alias = aliases.Resolve(request.Model);
        await RequireExamplesAsync(request.TrainingFile, "training_file", context.RequestAborted);
        if (request.ValidationFile is { } validation)
        {
            await RequireExamplesAsync(validation, "validation_file", context.RequestAborted);
        }

        RequireTrainable(alias);
        var job = Make(request, alias);
        await store.AddAsync(job, $"Created fine-tuning job: {job.Id}", context.RequestAborted);
        runner.Wake();
        await WriteAsync(context, job);
    }

    public async Task ListAsync(HttpContext context)
    {
        var (found, hasMore) = await store.ListAsync(PageQuery.Read(context.Request.Query, UsualListed, MostListed), context.RequestAborted);
        var shown = found.Select(Now).ToList();
        await JsonAnswer.WriteAsync(
            context, new FineTuningJobList { Data = shown, FirstId = shown.FirstOrDefault()?.Id, LastId = shown.LastOrDefault()?.Id, HasMore = hasMore }, WireJson.Plain.FineTuningJobList);
    }

    public async Task GetAsync(HttpContext context) => await WriteAsync(context, await FindAsync(context));

    public async Task EventsAsync(HttpContext context)
    {
        var page = PageQuery.Read(context.Request.Query, UsualListed, MostListed);
        var (found, hasMore) = await store.EventsAsync((await FindAsync(context)).Id, page, context.RequestAborted);
        await JsonAnswer.WriteAsync(
            context, new FineTuningEventList { Data = found, FirstId = found.FirstOrDefault()?.Id, LastId = found.LastOrDefault()?.Id, HasMore = hasMore }, WireJson.Plain.FineTuningEventList);
    }

    public async Task CheckpointsAsync(HttpContext context)
    {
        var page = PageQuery.Read(context.Request.Query, UsualCheckpoints, MostListed);
        var (found, hasMore) = await store.CheckpointsAsync((await FindAsync(context)).Id, page, context.RequestAborted);
        await JsonAnswer.WriteAsync(
            context, new FineTuningCheckpointList { Data = found, FirstId = found.FirstOrDefault()?.Id, LastId = found.LastOrDefault()?.Id, HasMore = hasMore }, WireJson.Plain.FineTuningCheckpointList);
    }

    public Task CancelAsync(HttpContext context) =>
        MoveAsync(context, TuningStatus.Active, TuningStatus.Cancelled, "Fine-tuning job cancelled", "cancelled; expected one that has not ended");

    public Task PauseAsync(HttpContext context) =>
        MoveAsync(context, [TuningStatus.Queued, TuningStatus.Running], TuningStatus.Paused, "Fine-tuning job paused", "paused; expected one that waits or runs");

    public Task ResumeAsync(HttpContext context) =>
        MoveAsync(context, [TuningStatus.Paused], TuningStatus.Queued, "Fine-tuning job resumed: it waits for its turn", "resumed; expected one that is paused");

    /// <summary>Changes a job's state and lets the runner know; refuses a job whose state does not allow it.</summary>
    private async Task MoveAsync(HttpContext context, IReadOnlyList<string> from, string to, string told, string refused)
    {
        var id = IdOf(context);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var job = await store.ChangeAsync(
            id, from, kept => kept with { View = kept.View with { Status = to, FinishedAt = to == TuningStatus.Cancelled ? now : kept.View.FinishedAt } }, [store.Event(told)], context.RequestAborted);
        if (job is null)
        {
            var found = await FindAsync(context);
            throw ApiException.Invalid("SRV0195", $"The fine-tuning job '{id}' is {found.Status} and cannot be {refused}.", "id");
        }

        await runner.InterruptAsync(id);
        runner.Wake();
        await WriteAsync(context, job);
    }

    private void RequireTrainable(ModelAlias alias)
    {
        if (models.KindOf(alias) is not { } kind)
        {
            throw ApiException.Invalid("SRV0196", $"The model of '{alias.Name}' cannot be fine-tuned: its files cannot be read; expected one that continues text. GET /api/models says what is wrong.", "model");
        }

        if (kind != ModelKind.Generation)
        {
            throw ApiException.Invalid("SRV0196", $"The model of '{alias.Name}' cannot be fine-tuned here: it is for {kind.ToText()}; expected one that continues text. GET /v1/models says what each is for.", "model");
        }
    }

    private async Task RequireExamplesAsync(string id, string parameter, CancellationToken cancellationToken)
    {
        var file = await files.GetAsync(id, parameter, cancellationToken);
        if (file.Purpose != FilePurposes.FineTune)
        {
            throw ApiException.Invalid("SRV0198", $"The file '{id}' has the purpose '{file.Purpose}'; expected '{FilePurposes.FineTune}'. Send it again for that purpose.", parameter);
        }
    }

    private StoredTuning Make(FineTuningRequest request, ModelAlias alias)
    {
        var id = store.NewId("ftjob");
        var parent = aliases.ParentOf(request.Model) ?? alias.Name;
        var suffix = request.Suffix ?? "";
        if (parent.Length + suffix.Length > MostNameLetters)
        {
            throw ApiException.Invalid(RequestReader.OutOfRange, $"'suffix' has {suffix.Length} characters; expected at most {MostNameLetters - parent.Length} beside the model's name.", "suffix");
        }

        var numbers = request.Numbers.ToView();
        return new StoredTuning
        {
            BasePath = models.BaseOf(alias),
            AdapterPath = alias.Options.Adapter is { } adapter ? adapters.Find(adapter) ?? throw ApiException.Invalid("SRV0123", $"The adapter '{adapter}' of '{alias.Name}' does not exist.", "model") : null,
            Parent = parent,
            Target = $"ft:{parent}:{suffix}:{id[^ShortId..]}",
            Recipe = null,
            View = new FineTuningJobView
            {
                Id = id,
                CreatedAt = clock.GetUtcNow().ToUnixTimeSeconds(),
                Error = null,
                FineTunedModel = null,
                FinishedAt = null,
                Hyperparameters = numbers,
                Model = request.Model,
                ResultFiles = [],
                Status = TuningStatus.Validating,
                TrainedTokens = null,
                TrainingFile = request.TrainingFile,
                ValidationFile = request.ValidationFile,
                Seed = request.Seed ?? Convert.ToInt32(id[^7..], 16), // As random as the id is.
                EstimatedFinish = null,
                Method = FineTuningRun.Way(numbers),
                UserProvidedSuffix = request.Suffix,
                Metadata = request.Metadata,
            },
        };
    }

    private Task<StoredTuning> FindAsync(HttpContext context) => store.GetAsync(IdOf(context), context.RequestAborted);

    private Task WriteAsync(HttpContext context, StoredTuning job) => JsonAnswer.WriteAsync(context, Now(job.View), WireJson.Plain.FineTuningJobView);

    private FineTuningJobView Now(FineTuningJobView job) => job.Status == TuningStatus.Running ? job with { EstimatedFinish = runner.FinishOf(job.Id) } : job;

    private static string IdOf(HttpContext context) => context.GetRouteValue("id") as string ?? "";
}
