using Gyre.Contracts;
using Gyre.Models;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Bases;
using Gyre.Training.Checkpoints;
using Gyre.Training.Loop;
using Gyre.Training.Packing;
using Gyre.Training.Recipes;
using Gyre.Training.Reports;
using Gyre.Training.Runs;
using Gyre.Training.Sampling;
using Gyre.Training.Sources;

namespace Gyre.Training.Finetuning;

/// <summary>The one door to a fine-tuning: from a recipe and a base to a folder with a model or an adapter, and what it gained and forgot.</summary>
public static class FinetuneJob
{
    private const string SampleAdapter = "sample";

    /// <summary>Runs a recipe, or goes on with an interrupted run of it.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="basePath">Where the base is: <see cref="FinetuneRecipe.Base"/> as a path.</param>
    /// <param name="outputFolder">The run folder: new or empty, or the folder to resume.</param>
    /// <param name="resume">True to go on with the run in the folder; it computes the bits that an uninterrupted run would.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Finishes the current step, saves a checkpoint and returns.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="memoryBytes">Memory that the run may take; null for what the process may use.</param>
    /// <param name="keepsAdapters">Writes the adapter at every checkpoint too, into <c>adapters/step-N</c> of the run folder, before the observer hears of the checkpoint.</param>
    /// <remarks>
    /// Errors: <see cref="TrainingException"/> TRN0010–TRN0052 of any run, TRN0301–TRN0307 of the base, the examples and the
    /// memory; cancellation before the first step and during the report throws <see cref="OperationCanceledException"/>.
    /// </remarks>
    public static async Task<FinetuneResult> RunAsync(
        FinetuneRecipe recipe,
        string basePath,
        string outputFolder,
        bool resume,
        ITrainingObserver observer,
        CancellationToken cancellationToken,
        TimeProvider? time = null,
        long? memoryBytes = null,
        bool keepsAdapters = false)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        time ??= TimeProvider.System;
        using var source = BaseModel.Open(basePath);
        Check(recipe, source);
        var tasks = TaskMeasurement.Read(recipe.Report);
        using var folder = RunFolder.Open(outputFolder, recipe, resume);
        var threads = recipe.Loop.Threads > 0 ? recipe.Loop.Threads : Environment.ProcessorCount;
        var environment = EnvironmentRecord.Capture(threads, time);
        var digest = await source.DigestAsync(cancellationToken);
        var examples = new ExampleSource(recipe, source);
        var (corpus, dropped) = Prepare(recipe, basePath, digest, examples, source, folder, environment, observer, cancellationToken);

        using var team = new ThreadTeam(threads);
        using var pool = new TensorPool();
        var options = OptionsOf(recipe, source, basePath);
        var estimate = Estimate(recipe, source, options, corpus);
        estimate.RequireFits(memoryBytes ?? MemoryEstimate.Available);
        using var model = source.Load(pool, recipe.BaseFormat);
        model.ActivationCheckpointing = recipe.Batch.ActivationCheckpointing;
        using var adapter = Attach(recipe, options, model);
        if (recipe.Quantization is { } format && model.FakeQuantize(format) is { Count: > 0 } left)
        {
            observer.OnWarning("TRN0464", $"{left.Count} matrices have rows that do not fill the blocks of {format} and stay exact: {string.Join(", ", left.Take(3))}{(left.Count > 3 ? " …" : "")}.");
        }

        using var recording = new Tape(team, pool, isRecording: true);
        using var measuring = new Tape(team, pool, isRecording: false);
        using var train = TokenFile.Open(folder.TrainTokens);
        using var validation = TokenFile.Open(folder.ValidationTokens);
        ITrainingTask task = new LanguageTask(
            new TapeModel(model, recording, measuring),
            train,
            validation,
            recipe.Batch.SequenceLength,
            recipe.Batch.Rows,
            recipe.Batch.Accumulation,
            recipe.Loop.Evaluation.Rows,
            new SeededRandom(recipe.Loop.Seed).Fork("order"));
        var trainer = new Trainer(new TrainerParts
        {
            Recipe = recipe.Loop,
            Task = adapter is null ? task : new AdapterTask(task, adapter, recording, recipe.Batch.Accumulation),
            Checkpoints = new CheckpointStore(folder.Checkpoints, recipe.Loop.Checkpoint.Keep),
            Folder = folder,
            Team = team,
            Observer = keepsAdapters && adapter is not null ? new AdapterCheckpoints(observer, adapter, folder) : observer,
            Time = time,
            Sample = SamplerOf(recipe, source, model, adapter, examples, folder, team).Write,
        });
        if (resume && !trainer.Restore())
        {
            observer.OnStage("No checkpoint yet: starting from the first step");
        }

        observer.OnStage(adapter is null ? "Fine-tuning" : "Training the adapter");
        var end = trainer.Run(cancellationToken);
        var result = new FinetuneResult
        {
            Training = TrainingResult.Of(end, folder, trainer, model.Parameters.Sum(parameter => (long)parameter.Value.Length), adapter is null ? null : folder.Adapter),
            AllParameters = adapter?.Report().All ?? ParametersOf(source),
            Report = [],
            Confidence = recipe.Report.Confidence,
            Memory = estimate,
            PeakBytes = pool.PeakBytes,
            Dropped = dropped,
        };
        if (end == TrainingEnd.Interrupted)
        {
            return result;
        }

        observer.OnStage(adapter is null ? "Writing the model" : "Writing the adapter");
        trainer.UseBest();
        Write(recipe, source, model, adapter, folder, team);
        result = result with { Report = await MeasureAsync(recipe, basePath, adapter, tasks, folder, team, observer, time, cancellationToken) };
        AtomicFile.WriteText(folder.Card, FinetuneCard.Write(recipe, corpus, environment, result, adapter?.Report(), digest, new SampleLog(folder.Samples, folder.SamplesPage, result.Training.Step).Samples));
        return result;
    }

    private static void Check(FinetuneRecipe recipe, BaseModel source)
    {
        if (recipe.Batch.SequenceLength > source.Configuration.ContextLength)
        {
            throw new TrainingException("TRN0304", $"Starting the run failed: batch.sequence is {recipe.Batch.SequenceLength} and the base '{recipe.Base}' reads at most {source.Configuration.ContextLength}; expected no more than that.");
        }
    }

    private static (CorpusRecord Corpus, int? Dropped) Prepare(
        FinetuneRecipe recipe, string basePath, string digest, ExampleSource examples, BaseModel source, RunFolder folder, EnvironmentRecord environment, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            environment.AppendTo(folder.Environment);
            Directory.CreateDirectory(folder.Corpus);
            new BaseRecord(Path.GetFullPath(basePath), digest).Keep(Path.Combine(folder.Corpus, "base.json"));
            var isThere = CorpusRecord.TryRead(folder.CorpusRecord) is not null;
            observer.OnStage("Encoding the examples");
            var corpus = TokenFileBuilder.Build(examples, source.Tokenizer, digest, folder, observer, cancellationToken);
            foreach (var (code, message) in examples.Warnings())
            {
                observer.OnWarning(code, message);
            }

            return (corpus, isThere ? null : examples.Dropped);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0014", $"Preparing the run failed: '{folder.Path}' cannot be written ({error.Message.TrimEnd('.')}). Check permissions and free space, then run again with --resume.", error);
        }
    }

    /// <summary>The adapter's options with what the base knows: the tokens of a prompt's text, and its name.</summary>
    private static AdapterOptions? OptionsOf(FinetuneRecipe recipe, BaseModel source, string basePath)
    {
        if (recipe.Adapter is not { } adapter)
        {
            return null;
        }

        var ids = new List<int>();
        source.Tokenizer.Encode(adapter.Options.Prompt.Text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        return adapter.Options with
        {
            BaseModel = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(basePath))),
            Prompt = adapter.Options.Prompt with { TextTokens = ids },
        };
    }

    private static TrainableAdapter? Attach(FinetuneRecipe recipe, AdapterOptions? options, TrainableDecoder model)
    {
        try
        {
            if (options is null)
            {
                if (recipe.TrainedModules.Count > 0)
                {
                    model.Freeze(recipe.TrainedModules);
                }

                return null;
            }

            return recipe.Adapter!.From.Length > 0 // There are options because it is there.
                ? TrainableAdapter.Load(recipe.Adapter.From, model, recipe.Loop.Seed)
                : TrainableAdapter.Create(options, model, recipe.Loop.Seed);
        }
        catch (ModelException error)
        {
            throw CannotAttach(error);
        }
    }

    private static TrainingException CannotAttach(ModelException error) =>
        new("TRN0309", $"Preparing what is trained failed: {error.Message} Check 'adapter' and 'modules'.", error);

    private static MemoryEstimate Estimate(FinetuneRecipe recipe, BaseModel source, AdapterOptions? options, CorpusRecord corpus)
    {
        var all = ParametersOf(source);
        AdapterReport? adapter;
        try
        {
            adapter = options is null ? null : AdapterReport.Of(options, source.Configuration);
        }
        catch (ModelException error)
        {
            throw CannotAttach(error);
        }

        // An adapter lies beside the base; layers that are trained for an encoding are held as it reads them too.
        var weights = TrainableDecoder.WeightBytesOf(source.Configuration, recipe.BaseFormat)
            + ((adapter?.Trained ?? 0) * sizeof(float))
            + (recipe.Quantization is null ? 0 : all * sizeof(float));
        return MemoryEstimate.Of(
            source.Configuration,
            weights,
            adapter?.Trained ?? all,
            2,
            recipe.Batch.Rows * (recipe.Batch.SequenceLength + VirtualPositions(recipe, options, corpus)),
            recipe.Batch.ActivationCheckpointing,
            recipe.BaseFormat is not null,
            adapter?.PositionNumbers ?? 0);
    }

    /// <summary>Virtual tokens of a row: they stand before each of its documents, of which the fullest row has about one more than is usual.</summary>
    private static long VirtualPositions(FinetuneRecipe recipe, AdapterOptions? options, CorpusRecord corpus)
    {
        if (options is not { Method: AdapterMethod.PromptTuning or AdapterMethod.PTuning or AdapterMethod.PrefixTuning })
        {
            return 0;
        }

        var documents = Math.Ceiling((double)recipe.Batch.SequenceLength * corpus.TrainDocuments / Math.Max(1, corpus.TrainTokens)) + 1;
        return (long)documents * options.Prompt.Tokens;
    }

    internal static long ParametersOf(BaseModel source) => source.Weights.Names.Sum(name =>
        source.Weights.TryGet(name, out var tensor) ? tensor.Shape.Aggregate(1L, (product, length) => product * length) : 0);

    private static LiveSampler SamplerOf(
        FinetuneRecipe recipe, BaseModel source, TrainableDecoder model, TrainableAdapter? adapter, ExampleSource examples, RunFolder folder, ThreadTeam team)
    {
        var place = Path.Combine(folder.Path, ".sample");

        // A base that is encoded to save memory is sampled from as its file has it; what is trained for an encoding, in it.
        var options = new DecoderOptions { Team = team, Format = recipe.Quantization ?? (recipe.BaseFormat is null ? ElementFormat.F32 : null) };
        return new LiveSampler(Load, source.Configuration, source.Tokenizer, examples, recipe.Loop.Samples, adapter is null ? null : SampleAdapter);

        IDecoder Load()
        {
            if (adapter is not null)
            {
                adapter.Save(place);
                var decoder = DecoderLoader.Load(source.Weights, source.Configuration, options);
                decoder.LoadAdapter(SampleAdapter, place);
                Directory.Delete(place, recursive: true);
                return decoder;
            }

            model.Save(place);
            using var weights = ModelFolder.Open(place).OpenWeights();
            var trained = DecoderLoader.Load(weights, source.Configuration, options);
            Directory.Delete(place, recursive: true);
            return trained;
        }
    }

    private static void Write(FinetuneRecipe recipe, BaseModel source, TrainableDecoder model, TrainableAdapter? adapter, RunFolder folder, ThreadTeam team)
    {
        if (adapter is null)
        {
            BaseExport.Write(folder.Model, source, model, recipe.Export, team, recipe.Quantization);
            return;
        }

        Save(adapter, folder.Adapter);
    }

    internal static void Save(TrainableAdapter adapter, string path)
    {
        try
        {
            adapter.Save(path);
        }
        catch (ModelException error)
        {
            throw new TrainingException("TRN0050", $"Writing the adapter failed: {error.Message} Free space and run again with --resume; the training is not lost.", error);
        }
    }

    private static async Task<IReadOnlyList<TaskOutcome>> MeasureAsync(
        FinetuneRecipe recipe,
        string basePath,
        TrainableAdapter? adapter,
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

        var loader = new ModelLoader(team, time);
        await using var before = await loader.LoadAsync(ModelFolder.Open(basePath), "before", cancellationToken);
        observer.OnStage("Measuring the base");
        var first = await TaskMeasurement.RunAsync(before, null, tasks, recipe.Report.MaxTokens, observer.OnStageProgress, cancellationToken);
        observer.OnStage("Measuring what was trained");
        IReadOnlyList<TaskScores> second;
        if (adapter is not null)
        {
            before.AdapterHost.LoadAdapter(SampleAdapter, folder.Adapter);
            second = await TaskMeasurement.RunAsync(before, SampleAdapter, tasks, recipe.Report.MaxTokens, observer.OnStageProgress, cancellationToken);
        }
        else
        {
            await using var after = await loader.LoadAsync(ModelFolder.Open(folder.Model), "after", cancellationToken);
            second = await TaskMeasurement.RunAsync(after, null, tasks, recipe.Report.MaxTokens, observer.OnStageProgress, cancellationToken);
        }

        var outcomes = TaskScores.Compare(first, second, recipe.Loop.Seed, recipe.Report.Confidence);
        TaskTable.WriteJson(folder.Report, outcomes);
        return outcomes;
    }
}
