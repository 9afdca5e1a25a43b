using Gyre.Contracts;
using Gyre.Server.Catalog;
using Gyre.Server.Files;
using Gyre.Server.Hosting;
using Gyre.Server.Wire;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;

namespace Gyre.Server.FineTuning;

/// <summary>What becomes of one job: its files are read, then it trains, and its adapter is put where requests find it.</summary>
internal sealed class FineTuningRun(
    FineTuningStore store,
    FileStore files,
    AliasCatalog aliases,
    ModelPool models,
    GyreHostOptions options,
    DataFolder folder,
    TimeProvider clock)
{
    /// <summary>Checkpoints that are kept as models, the newest ones.</summary>
    private const int KeptCheckpoints = 3;

    private static readonly string[] WaitsOrRuns = [TuningStatus.Queued, TuningStatus.Running];

    /// <summary>Reads the files of a job, chooses what it left open, and lets it wait for its turn.</summary>
    public async Task ValidateAsync(StoredTuning job, CancellationToken cancellationToken)
    {
        var training = files.PathOf(await files.GetAsync(job.View.TrainingFile, "training_file", cancellationToken));
        var validation = job.View.ValidationFile is { } id ? files.PathOf(await files.GetAsync(id, "validation_file", cancellationToken)) : null;
        await store.TellAsync(job.Id, $"Validating {(validation is null ? $"the training file {job.View.TrainingFile}" : $"the files {job.View.TrainingFile} and {job.View.ValidationFile}")}");
        var survey = await Task.Run(() => ExampleSurvey.Read(job.BasePath, training, validation, cancellationToken), cancellationToken);
        var plan = TuningPlan.For(survey, TuningNumbers.Of(job.View.Hyperparameters));
        var recipe = plan.ToRecipe(job.Id, job.View.Model, job.View.Seed, Threads, training, validation, job.AdapterPath);
        var numbers = plan.Numbers.ToView();
        await store.ChangeAsync(
            job.Id,
            [TuningStatus.Validating],
            kept => kept with { Recipe = recipe, View = kept.View with { Status = TuningStatus.Queued, Hyperparameters = numbers, Method = Way(numbers) } },
            [store.Event(FormattableString.Invariant($"Files validated: {survey.Lengths.Count:N0} examples of {survey.Positions:N0} tokens. {plan.Steps:N0} steps of {plan.Rows * plan.Accumulation} rows of {plan.Length} tokens, packed. Moving the job to queued state"))],
            cancellationToken);
    }

    /// <summary>Trains a job, or goes on with one that was interrupted.</summary>
    /// <param name="job">The job.</param>
    /// <param name="begun">Is given what watches the run.</param>
    /// <param name="cancellationToken">Ends it after the step, with a checkpoint.</param>
    public async Task TrainAsync(StoredTuning job, Action<TuningObserver> begun, CancellationToken cancellationToken)
    {
        var place = RunFolder(job.Id);
        var stored = Path.Combine(place, "recipe.yaml");
        var isResumed = File.Exists(stored);
        if (!isResumed)
        {
            Forget(place); // What a process left that was killed before the run began.
        }

        var began = store.Event(isResumed ? "Fine-tuning job goes on from its last checkpoint" : "Fine-tuning job started");
        if (await store.ChangeAsync(job.Id, WaitsOrRuns, kept => kept with { View = kept.View with { Status = TuningStatus.Running } }, [began], cancellationToken) is not { Recipe: { } text })
        {
            return;
        }

        var observer = new TuningObserver(store, job, clock, (step, figures) => KeepAsync(job, step, figures));
        begun(observer);
        FinetuneResult result;
        try
        {
            var recipe = FinetuneRecipe.Parse(text, stored);
            result = await Task.Run(() => FinetuneJob.RunAsync(recipe, job.BasePath, place, isResumed, observer, cancellationToken, clock, keepsAdapters: true), CancellationToken.None);
        }
        finally
        {
            await observer.EndAsync();
        }

        if (result.Training.End != TrainingEnd.Interrupted)
        {
            await CompleteAsync(job, result);
        }
    }

    /// <summary>Where a job runs.</summary>
    public string RunFolder(string id) => Path.Combine(folder.Path, "fine-tuning", id);

    /// <summary>How a job learns, as callers see it.</summary>
    public static FineTuningJobView.Way Way(FineTuningJobView.Numbers numbers) => new() { Supervised = new FineTuningJobView.Settings { Hyperparameters = numbers } };

    private int Threads => options.FineTuningThreads ?? Math.Max(1, Environment.ProcessorCount / 2);

    private async Task CompleteAsync(StoredTuning job, FinetuneResult result)
    {
        var metrics = await KeepMetricsAsync(job);
        AdapterInstallation.Install(folder.Path, job.Target, result.Training.ModelFolder, job.Parent, replaces: true); // The name holds the job's id: what is there is its own.
        await LoadAsync(job.Target);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var done = await store.ChangeAsync(
            job.Id,
            [TuningStatus.Running],
            kept => kept with
            {
                View = kept.View with
                {
                    Status = TuningStatus.Succeeded,
                    FineTunedModel = job.Target,
                    FinishedAt = now,
                    EstimatedFinish = null,
                    TrainedTokens = result.Training.Tokens,
                    ResultFiles = [metrics.Id],
                },
            },
            [store.Event($"New fine-tuned model created: {job.Target}"), store.Event("The job has successfully completed")],
            CancellationToken.None);
        if (done is null)
        {
            // It was cancelled in the last moment.
            await models.UnloadAdapterAsync(job.Target, CancellationToken.None);
            AdapterInstallation.Remove(folder.Path, job.Target);
            await files.DeleteAsync(metrics.Id, CancellationToken.None);
            return;
        }

        Forget(Path.Combine(RunFolder(job.Id), "checkpoints"));
        Forget(Path.Combine(RunFolder(job.Id), "adapters"));
    }

    /// <summary>Puts the adapter of a step where requests find it, and takes away those beyond the newest.</summary>
    private async Task KeepAsync(StoredTuning job, int step, FineTuningFigures figures)
    {
        var adapter = Path.Combine(RunFolder(job.Id), "adapters", FormattableString.Invariant($"step-{step}"));
        var name = FormattableString.Invariant($"{job.Target}:ckpt-step-{step}");
        try
        {
            AdapterInstallation.Install(folder.Path, name, adapter, job.Parent, replaces: true);
            foreach (var old in await store.AddCheckpointAsync(job.Id, name, figures, KeptCheckpoints))
            {
                await models.UnloadAdapterAsync(old, CancellationToken.None);
                AdapterInstallation.Remove(folder.Path, old);
            }

            Forget(adapter);
        }
        catch (Exception error) when (error is GyreException or IOException or UnauthorizedAccessException)
        {
            await store.TellAsync(job.Id, $"The checkpoint of step {step} cannot be used as a model: {error.Message}", "warn");
        }
    }

    /// <summary>Loads the adapter beside its model, where that is loaded, so that the first request need not; one that cannot be loaded fails the job.</summary>
    private async Task LoadAsync(string name)
    {
        var alias = aliases.Resolve(name);
        if (models.Find(alias) is not null)
        {
            using var lease = await models.GetAsync(alias, CancellationToken.None);
        }
    }

    private async Task<FileCard> KeepMetricsAsync(StoredTuning job)
    {
        var incoming = files.NewIncoming();
        try
        {
            ResultFile.Write(Path.Combine(RunFolder(job.Id), "metrics.jsonl"), incoming, job.View.ValidationFile is not null);
            return await files.AddAsync(incoming, ResultFile.Name, FilePurposes.FineTuneResults, CancellationToken.None);
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    private static void Forget(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
