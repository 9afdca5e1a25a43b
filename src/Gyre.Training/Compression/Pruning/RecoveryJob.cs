using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Statistics;
using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Bases;
using Gyre.Training.Checkpoints;
using Gyre.Training.Compression.Measurement;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;
using Gyre.Training.Packing;
using Gyre.Training.Reports;
using Gyre.Training.Runs;
using Gyre.Training.Sampling;
using Gyre.Training.Sources;

namespace Gyre.Training.Compression.Pruning;

/// <summary>Prunes a model and trains what is left, its zeros held: from a recipe to a run folder.</summary>
public static class RecoveryJob
{
    /// <summary>Runs a recipe, or goes on with an interrupted run of it.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="basePath">Where the model is.</param>
    /// <param name="outputFolder">The run folder: new or empty, or the folder to resume.</param>
    /// <param name="resume">True to go on with the run in the folder; it computes the bits that an uninterrupted run would.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Finishes the current step, saves a checkpoint and returns.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="memoryBytes">Memory that the run may take; null for what the process may use.</param>
    /// <remarks>Errors: <see cref="TrainingException"/> TRN0010–TRN0052 of any run, TRN0301–TRN0308 of the model, its memory and the examples, TRN0451 and TRN0453 of pruning, TRN0463.</remarks>
    public static async Task<RecoveryResult> RunAsync(
        PruneRecipe recipe, string basePath, string outputFolder, bool resume, ITrainingObserver observer, CancellationToken cancellationToken, TimeProvider? time = null, long? memoryBytes = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        time ??= TimeProvider.System;
        var training = recipe.Training;
        using var source = BaseModel.Open(basePath);
        if (training.Batch.SequenceLength > source.Configuration.ContextLength)
        {
            throw new TrainingException("TRN0463", $"Starting the run failed: batch.sequence is {training.Batch.SequenceLength} and the model reads at most {source.Configuration.ContextLength}; expected no more than that.");
        }

        var numbers = FinetuneJob.ParametersOf(source);
        MemoryEstimate.Of(source.Configuration, numbers * sizeof(float), numbers, 2, (long)training.Batch.Rows * training.Batch.SequenceLength, training.Batch.ActivationCheckpointing)
            .RequireFits(memoryBytes ?? MemoryEstimate.Available);
        var tasks = TaskMeasurement.Read(training.Report);
        using var pool = new TensorPool();
        using var model = source.Load(pool);
        _ = Pruner.Chosen(model, recipe.Options);
        using var folder = RunFolder.Open(outputFolder, recipe, resume);
        var threads = training.Loop.Threads > 0 ? training.Loop.Threads : Environment.ProcessorCount;
        var environment = EnvironmentRecord.Capture(threads, time);
        environment.AppendTo(folder.Environment);
        Directory.CreateDirectory(folder.Corpus);
        var digest = await source.DigestAsync(cancellationToken);
        new BaseRecord(Path.GetFullPath(basePath), digest).Keep(Path.Combine(folder.Corpus, "base.json"));
        var examples = new ExampleSource(training, source);
        observer.OnStage("Encoding the examples");
        var corpus = TokenFileBuilder.Build(examples, source.Tokenizer, digest, folder, observer, cancellationToken);
        using var team = new ThreadTeam(threads);
        using var recording = new Tape(team, pool, isRecording: true);
        using var measuring = new Tape(team, pool, isRecording: false);
        using var train = TokenFile.Open(folder.TrainTokens);
        using var validation = TokenFile.Open(folder.ValidationTokens);
        var heldOut = Rows(validation, training.Batch.SequenceLength, training.Loop.Evaluation.Rows);
        var dense = TextLosses.Measure(model, measuring, heldOut, cancellationToken);
        observer.OnStage("Pruning");
        var masks = new Pruner(team, pool).Prune(
            model, recipe.Options, [.. Rows(train, training.Batch.SequenceLength, recipe.CalibrationRows).Select(row => row.Inputs)], cancellationToken: cancellationToken);
        var pruned = TextLosses.Measure(model, measuring, heldOut, cancellationToken);
        var language = new LanguageTask(
            new TapeModel(model, recording, measuring),
            train,
            validation,
            training.Batch.SequenceLength,
            training.Batch.Rows,
            training.Batch.Accumulation,
            training.Loop.Evaluation.Rows,
            new SeededRandom(training.Loop.Seed).Fork("order"));
        var trainer = new Trainer(new TrainerParts
        {
            Recipe = training.Loop,
            Task = new MaskedTask(language, masks),
            Checkpoints = new CheckpointStore(folder.Checkpoints, training.Loop.Checkpoint.Keep),
            Folder = folder,
            Team = team,
            Observer = observer,
            Time = time,
            Sample = SamplerOf(training, source, model, examples, folder, team).Write,
        });
        if (resume && !trainer.Restore())
        {
            observer.OnStage("No checkpoint yet: starting from the first step");
        }

        observer.OnStage("Training with the zeros held");
        var end = trainer.Run(cancellationToken);
        var result = new RecoveryResult
        {
            Training = TrainingResult.Of(end, folder, trainer, model.Parameters.Sum(parameter => parameter.Value.Length)),
            Zeros = (masks.Sum(mask => mask.Removed), masks.Sum(mask => (long)mask.Length)),
            Pruned = null,
            Recovered = null,
            Sizes = null,
            Report = [],
            Confidence = training.Report.Confidence,
        };
        if (end == TrainingEnd.Interrupted)
        {
            return result;
        }

        trainer.UseBest();
        observer.OnStage("Writing the model");
        BaseExport.Write(folder.Model, source, model, training.Export, team);
        var recovered = TextLosses.Measure(model, measuring, heldOut, cancellationToken);
        result = result with
        {
            Pruned = QualityComparison.Of(dense, pruned, training.Loop.Seed, cancellationToken),
            Recovered = QualityComparison.Of(pruned, recovered, training.Loop.Seed, cancellationToken),
            Sizes = (SizeMeter.Measure(source.Folder, cancellationToken), SizeMeter.Measure(ModelFolder.Open(folder.Model), cancellationToken)),
            Report = await MeasureAsync(training, basePath, folder, tasks, team, observer, time, cancellationToken),
        };
        AtomicFile.WriteText(folder.Card, Card(recipe, corpus, environment, result, digest));
        return result;
    }

    /// <summary>Rows of a token file as they are packed, each read as one sequence.</summary>
    private static IReadOnlyList<ScoredWindow> Rows(TokenFile file, int length, int most)
    {
        var reader = new BatchReader(file, length, null);
        var rows = new List<ScoredWindow>();
        var batch = new Batch(1, length);
        for (var i = 0; i < Math.Min(most, reader.RowsPerEpoch); i++)
        {
            reader.Fill(batch);
            rows.Add(new ScoredWindow([.. batch.Inputs], [.. batch.Targets]));
        }

        return rows;
    }

    private static async Task<IReadOnlyList<TaskOutcome>> MeasureAsync(
        FinetuneRecipe training, string basePath, RunFolder folder, IReadOnlyList<(Recipes.ReportTaskRecipe Task, IReadOnlyList<DatasetRow> Rows)> tasks, ThreadTeam team, ITrainingObserver observer, TimeProvider time, CancellationToken cancellationToken)
    {
        if (tasks.Count == 0)
        {
            return [];
        }

        observer.OnStage("Measuring");
        var loader = new ModelLoader(team, time);
        await using var before = await loader.LoadAsync(ModelFolder.Open(basePath), "before", cancellationToken);
        await using var after = await loader.LoadAsync(ModelFolder.Open(folder.Model), "after", cancellationToken);
        var first = await TaskMeasurement.RunAsync(before, null, tasks, training.Report.MaxTokens, observer.OnStageProgress, cancellationToken);
        var second = await TaskMeasurement.RunAsync(after, null, tasks, training.Report.MaxTokens, observer.OnStageProgress, cancellationToken);
        var outcomes = TaskScores.Compare(first, second, training.Loop.Seed, training.Report.Confidence);
        TaskTable.WriteJson(folder.Report, outcomes);
        return outcomes;
    }

    private static LiveSampler SamplerOf(FinetuneRecipe training, BaseModel source, TrainableDecoder model, ExampleSource examples, RunFolder folder, ThreadTeam team)
    {
        var place = Path.Combine(folder.Path, ".sample");
        return new LiveSampler(Load, source.Configuration, source.Tokenizer, examples, training.Loop.Samples);

        IDecoder Load()
        {
            model.Save(place);
            using var weights = ModelFolder.Open(place).OpenWeights();
            var decoder = DecoderLoader.Load(weights, source.Configuration, new DecoderOptions { Team = team, Format = ElementFormat.F32 });
            Directory.Delete(place, recursive: true);
            return decoder;
        }
    }

    private static string Card(PruneRecipe recipe, CorpusRecord corpus, EnvironmentRecord environment, RecoveryResult result, string digest)
    {
        var training = result.Training;
        return FormattableString.Invariant($"# {recipe.Training.Loop.Name}\n\n{recipe.Training.Loop.Summary}\n\n")
            + FormattableString.Invariant($"`{recipe.Training.Base}` (SHA-256 `{digest[..16]}…`) with {result.Zeros.Removed:N0} of {result.Zeros.Prunable:N0} weights of its layers exactly zero ({recipe.Options.Method.ToString().ToLower(CultureInfo.InvariantCulture)}, {recipe.Options.Sparsity}), trained on for {training.Step:N0} steps with the zeros held. {corpus.Source}. {environment.Processor}, {environment.Threads} threads, Gyre {environment.Gyre}.\n\n")
            + ComparisonTable.Markdown("before", "after", result.Rows()) + "\n"
            + (result.Report.Count > 0 ? TaskTable.ToMarkdown(result.Report, result.Confidence) + "\nBefore is the whole model, after what is written here.\n" : "");
    }
}
