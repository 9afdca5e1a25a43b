using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Models;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Catalog;
using Gyre.Models.Architectures;
using Gyre.Models.Templates;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Policies;
using Gyre.Training.Alignment.Tasks;
using Gyre.Training.Bases;
using Gyre.Training.Checkpoints;
using Gyre.Training.Loop;
using Gyre.Training.Recipes;
using Gyre.Training.Reports;
using Gyre.Training.Runs;
using Gyre.Training.Sampling;

namespace Gyre.Training.Alignment;

/// <summary>The one door to an alignment: from a recipe and a base to a folder with a model and what it changed against the base.</summary>
public static class AlignmentJob
{
    /// <summary>Runs a recipe, or goes on with an interrupted run of it.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="basePath">Where the base is: <see cref="AlignmentRecipe.Base"/> as a path.</param>
    /// <param name="outputFolder">The run folder: new or empty, or the folder to resume.</param>
    /// <param name="resume">True to go on with the run in the folder; it computes the bits that an uninterrupted run would.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Finishes the current step, saves a checkpoint and returns.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="memoryBytes">Memory that the run may take; null for what the process may use.</param>
    /// <param name="judge">Rewards answers when the recipe says <c>reward.judge: true</c>; for equal bits it must score an answer the same every time.</param>
    /// <remarks>
    /// Errors: <see cref="TrainingException"/> TRN0010–TRN0052 of any run, TRN0301 and TRN0306 of the base, TRN0307 of the memory,
    /// TRN0400–TRN0409 of the data, the rewards and the reference; cancellation before the first step and during the report throws
    /// <see cref="OperationCanceledException"/>.
    /// </remarks>
    public static async Task<AlignmentResult> RunAsync(
        AlignmentRecipe recipe,
        string basePath,
        string outputFolder,
        bool resume,
        ITrainingObserver observer,
        CancellationToken cancellationToken,
        TimeProvider? time = null,
        long? memoryBytes = null,
        IScorer? judge = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        time ??= TimeProvider.System;
        using var source = BaseModel.Open(basePath);
        observer.OnStage("Reading the data");
        var data = AlignmentData.Read(recipe, source);
        var tasks = TaskMeasurement.Read(recipe.Report);
        var options = OptionsOf(recipe, source);
        var estimate = AlignmentMemory.Of(recipe, source, data, options);
        estimate.RequireFits(memoryBytes ?? MemoryEstimate.Available);
        using var folder = RunFolder.Open(outputFolder, recipe, resume);
        var threads = recipe.Loop.Threads > 0 ? recipe.Loop.Threads : Environment.ProcessorCount;
        var environment = EnvironmentRecord.Capture(threads, time);
        var digest = await source.DigestAsync(cancellationToken);

        using var team = new ThreadTeam(threads);
        using var pool = new TensorPool();
        using var model = source.Load(pool);
        model.ActivationCheckpointing = recipe.ActivationCheckpointing;
        using var recording = new Tape(team, pool, isRecording: true);
        using var measuring = new Tape(team, pool, isRecording: false);
        var scorer = new SequenceScorer(model, recording, measuring);
        var record = Prepare(recipe, data, scorer, digest, folder, environment, observer);
        using var adapter = Attach(recipe, options, model);
        using var parts = new AlignmentParts(recipe, source, data, scorer, adapter, folder, team, pool, judge, cancellationToken);
        var trainer = new Trainer(new TrainerParts
        {
            Recipe = recipe.Loop,
            Task = adapter is null ? parts.Task : new AdapterTask(parts.Task, adapter, recording, parts.Passes),
            Checkpoints = new CheckpointStore(folder.Checkpoints, recipe.Loop.Checkpoint.Keep),
            Folder = folder,
            Team = team,
            Observer = observer,
            Time = time,
            Sample = (prompt, seed) => parts.Answer(prompt, recipe.Loop.Samples.MaxTokens, recipe.Loop.Samples.Temperature, seed),
        });
        if (resume && !trainer.Restore())
        {
            observer.OnStage("No checkpoint yet: starting from the first step");
        }

        observer.OnStage("Aligning");
        var end = trainer.Run(cancellationToken);
        var result = new AlignmentResult(
            TrainingResult.Of(end, folder, trainer, parts.Task.Parameters.Sum(parameter => (long)parameter.Length), parts.AdapterName is null ? null : folder.Adapter), null, data.Dropped) { Memory = estimate, PeakBytes = pool.PeakBytes };
        if (end == TrainingEnd.Interrupted)
        {
            return result;
        }

        observer.OnStage("Writing the model");
        trainer.UseBest();
        parts.Write();
        observer.OnStage("Measuring against the base");
        result = result with { Report = new AlignmentComparer(recipe, source, data, parts, team, pool).Measure(cancellationToken) };
        result = result with { Tasks = await MeasureAsync(recipe, basePath, parts, tasks, folder, team, observer, time, cancellationToken) };
        AlignmentCard.Write(folder, recipe, record, environment, result);
        return result;
    }

    /// <summary>Writes down what the run reads and computes the reference's log-probabilities, once; the model still is the base.</summary>
    private static AlignmentRecord Prepare(
        AlignmentRecipe recipe, AlignmentData data, SequenceScorer scorer, string digest, RunFolder folder, EnvironmentRecord environment, ITrainingObserver observer)
    {
        var answers = recipe.Loss.NeedsReference(recipe.Method) || data.HeldOutPairs.Length > 0 ? data.Answers() : [];
        var path = Path.Combine(folder.Corpus, "alignment.json");
        try
        {
            environment.AppendTo(folder.Environment);
            Directory.CreateDirectory(folder.Corpus);
            var record = AlignmentRecord.TryRead(path, digest, data.Digest(), answers.Length);
            if (record is null)
            {
                observer.OnStage("Asking the base for its log-probabilities");
                var sums = new List<double>(answers.Length);
                foreach (var part in answers.Chunk(16 * recipe.Rows))
                {
                    sums.AddRange(scorer.Score(part, recipe.AnswersTogether).Select(tokens => tokens.Sum()));
                    observer.OnStageProgress(sums.Count, answers.Length);
                }

                record = new AlignmentRecord
                {
                    Base = digest,
                    Examples = data.Digest(),
                    Files = recipe.Data.Files.Concat(recipe.Data.Validation).Distinct(StringComparer.Ordinal).ToDictionary(file => file, TensorFile.Digest, StringComparer.Ordinal),
                    Training = data.Count,
                    HeldOut = data.HeldOutCount,
                    Dropped = data.Dropped,
                    Reference = sums,
                };
                record.WriteTo(path);
            }

            if (answers.Length > 0)
            {
                data.SetReference([.. record.Reference]);
            }

            return record;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0014", $"Preparing the run failed: '{folder.Path}' cannot be written ({error.Message.TrimEnd('.')}). Check permissions and free space, then run again with --resume.", error);
        }
    }

    /// <summary>The adapter's options with what the base knows; null without an adapter.</summary>
    private static AdapterOptions? OptionsOf(AlignmentRecipe recipe, BaseModel source)
    {
        if (recipe.Adapter is not { } adapter)
        {
            return null;
        }

        var ids = new List<int>();
        source.Tokenizer.Encode(adapter.Options.Prompt.Text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        return adapter.Options with { BaseModel = recipe.Base, Prompt = adapter.Options.Prompt with { TextTokens = ids } };
    }

    /// <summary>The adapter that is trained; the reference's log-probabilities are there already.</summary>
    private static TrainableAdapter? Attach(AlignmentRecipe recipe, AdapterOptions? options, TrainableDecoder model)
    {
        if (recipe.Adapter is not { } adapter || options is null)
        {
            return null;
        }

        try
        {
            return adapter.From.Length > 0
                ? TrainableAdapter.Load(adapter.From, model, recipe.Loop.Seed)
                : TrainableAdapter.Create(options, model, recipe.Loop.Seed);
        }
        catch (ModelException error)
        {
            throw new TrainingException("TRN0309", $"Preparing what is trained failed: {error.Message} Check 'adapter'.", error);
        }
    }

    /// <summary>The held-out tasks before and after, on the same rows.</summary>
    private static async Task<IReadOnlyList<TaskOutcome>> MeasureAsync(
        AlignmentRecipe recipe,
        string basePath,
        AlignmentParts parts,
        IReadOnlyList<(ReportTaskRecipe Task, IReadOnlyList<DatasetRow> Rows)> tasks,
        RunFolder folder,
        ThreadTeam team,
        ITrainingObserver observer,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (tasks.Count == 0)
        {
            return [];
        }

        observer.OnStage("Measuring tasks before and after");
        var loader = new ModelLoader(team, time);
        await using var before = await loader.LoadAsync(ModelFolder.Open(basePath), "before", cancellationToken);
        var first = await TaskMeasurement.RunAsync(before, null, tasks, recipe.Report.MaxTokens, observer.OnStageProgress, cancellationToken);
        if (parts.AdapterName is { } name)
        {
            before.AdapterHost.LoadAdapter(name, folder.Adapter);
            var through = await TaskMeasurement.RunAsync(before, name, tasks, recipe.Report.MaxTokens, observer.OnStageProgress, cancellationToken);
            return TaskScores.Compare(first, through, recipe.Loop.Seed, recipe.Report.Confidence);
        }

        await using var after = await loader.LoadAsync(ModelFolder.Open(folder.Model), "after", cancellationToken);
        var second = await TaskMeasurement.RunAsync(after, null, tasks, recipe.Report.MaxTokens, observer.OnStageProgress, cancellationToken);
        return TaskScores.Compare(first, second, recipe.Loop.Seed, recipe.Report.Confidence);
    }
}
