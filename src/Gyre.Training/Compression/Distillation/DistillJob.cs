using Gyre.Contracts;
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
using Gyre.Training.Examples;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;
using Gyre.Training.Packing;
using Gyre.Training.Quantization;
using Gyre.Training.Recipes;
using Gyre.Training.Reports;
using Gyre.Training.Runs;
using Gyre.Training.Sampling;
using Gyre.Training.Sources;

namespace Gyre.Training.Compression.Distillation;

/// <summary>The one door to a distillation: from a recipe and a teacher to a folder with a student, and what was gained and lost.</summary>
public static class DistillJob
{
    /// <summary>Runs a recipe, or goes on with an interrupted run of it.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="teacherPath">Where the teacher is.</param>
    /// <param name="outputFolder">The run folder: new or empty, or the folder to resume.</param>
    /// <param name="resume">True to go on with the run in the folder; it computes the bits that an uninterrupted run would.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Finishes the current step, saves a checkpoint and returns.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="memoryBytes">Memory that the run may take; null for what the process may use.</param>
    /// <remarks>
    /// Students that it is held against are trained after it, each in a folder of its own within the run's.
    /// <para>Errors: <see cref="TrainingException"/> TRN0010–TRN0052 of any run, TRN0301–TRN0307 of models and examples, TRN0460–TRN0463;
    /// cancellation before the first step and during the measuring throws <see cref="OperationCanceledException"/>.</para>
    /// </remarks>
    public static async Task<DistillResult> RunAsync(
        DistillRecipe recipe, string teacherPath, string outputFolder, bool resume, ITrainingObserver observer, CancellationToken cancellationToken, TimeProvider? time = null, long? memoryBytes = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        time ??= TimeProvider.System;
        using var teacher = BaseModel.Open(teacherPath);
        using var own = recipe.Student.Base.Length > 0 ? BaseModel.Open(recipe.Student.Base) : null;
        var configuration = Student.ConfigurationOf(recipe.Student, teacher, own);
        Check(recipe, teacher, own, configuration);
        var estimate = DistillMemory.Of(recipe, teacher, own, configuration);
        estimate.RequireFits(memoryBytes ?? MemoryEstimate.Available);
        var tasks = TaskMeasurement.Read(recipe.Training.Report);
        using var folder = RunFolder.Open(outputFolder, recipe, resume);
        var threads = recipe.Training.Loop.Threads > 0 ? recipe.Training.Loop.Threads : Environment.ProcessorCount;
        var environment = EnvironmentRecord.Capture(threads, time);
        var digest = await teacher.DigestAsync(cancellationToken);
        using var team = new ThreadTeam(threads);
        environment.AppendTo(folder.Environment);
        Directory.CreateDirectory(folder.Corpus);
        new BaseRecord(Path.GetFullPath(teacherPath), digest).Keep(Path.Combine(folder.Corpus, "base.json"));
        var (training, generated) = await GenerateAsync(recipe, teacherPath, folder, team, observer, time, cancellationToken);
        var run = new Run(recipe, training, teacher, own, configuration, new ExampleSource(training, own ?? teacher), team, observer, time, cancellationToken);
        observer.OnStage("Encoding the examples");
        var corpus = TokenFileBuilder.Build(run.Examples, (own ?? teacher).Tokenizer, digest, folder, observer, cancellationToken);
        observer.OnStage(recipe.Loss is null ? "Learning from the teacher's answers" : "Learning from the teacher's predictions");
        var (trained, peak) = Train(run, folder, folder, recipe.Loss, recipe.Quantization, resume);
        var result = new DistillResult
        {
            Training = trained,
            Memory = estimate,
            PeakBytes = peak,
            Generated = generated,
            TeacherSize = null,
            StudentSize = null,
            Speed = null,
            Report = [],
            Confidence = training.Report.Confidence,
            Baselines = [],
        };
        var baselines = new List<(DistillBaseline Kind, TrainingResult Training)>();
        foreach (var baseline in recipe.Baselines)
        {
            if (result.Training.End == TrainingEnd.Interrupted || baselines.Exists(before => before.Training.End == TrainingEnd.Interrupted))
            {
                break;
            }

            baselines.Add((baseline, TrainBaseline(run, folder, baseline, corpus, resume)));
        }

        if (result.Training.End == TrainingEnd.Interrupted || baselines.Exists(baseline => baseline.Training.End == TrainingEnd.Interrupted))
        {
            return result with { Training = result.Training with { End = TrainingEnd.Interrupted } };
        }

        result = await MeasureAsync(result, run, teacherPath, folder, baselines, tasks);
        AtomicFile.WriteText(folder.Card, DistillCard.Write(recipe, corpus, environment, result, digest));
        return result;
    }

    private static void Check(DistillRecipe recipe, BaseModel teacher, BaseModel? own, DecoderConfiguration configuration)
    {
        var length = recipe.Training.Batch.SequenceLength;
        var shortest = Math.Min(configuration.ContextLength, teacher.Configuration.ContextLength);
        if (length > shortest)
        {
            throw new TrainingException("TRN0463", $"Starting the distillation failed: batch.sequence is {length} and teacher or student read at most {shortest}; expected no more than that.");
        }

        if (own is not null && recipe.Loss is not null)
        {
            Student.RequireSameVocabulary(teacher, own);
        }
    }

    /// <summary>The recipe's data, or the teacher's answers to its prompts.</summary>
    private static async Task<(FinetuneRecipe Training, GeneratedCounts? Counts)> GenerateAsync(
        DistillRecipe recipe, string teacherPath, RunFolder folder, ThreadTeam team, ITrainingObserver observer, TimeProvider time, CancellationToken cancellationToken)
    {
        if (recipe.Generated is not { } generated)
        {
            return (recipe.Training, null);
        }

        var file = Path.Combine(folder.Corpus, "generated.jsonl");
        var faults = new ExampleFaults();
        IEnumerable<TrainingExample> prompts = recipe.Training.Train.SelectMany(source => ExampleSource.Read(source, faults))
            .Where(example => example.Turns.Count > 0 && example.Turns[^1].Role == "assistant")
            .Select(example => example with { Turns = [.. example.Turns.SkipLast(1)] })
            .DistinctBy(example => string.Join('\0', example.Turns.Select(turn => turn.Content)), StringComparer.Ordinal);
        var asked = (generated.Prompts > 0 ? prompts.Take(generated.Prompts) : prompts).ToArray();
        faults.ThrowIfAny();
        await using var model = await new ModelLoader(team, time).LoadAsync(ModelFolder.Open(teacherPath), "teacher", cancellationToken);
        var counts = await GeneratedAnswers.WriteAsync(model, asked, generated, recipe.Training.Loop.Seed, file, observer, cancellationToken);
        var source = recipe.Training.Train[0] with { File = file, ShopExamples = 0, Repeat = 1, Task = "generated", Licence = "" };
        return (recipe.Training with { Train = [source] }, counts);
    }

    private static TrainingResult TrainBaseline(Run run, RunFolder folder, DistillBaseline baseline, CorpusRecord corpus, bool resume)
    {
        var name = baseline == DistillBaseline.Labels ? "labels" : "post-training";
        var path = Path.Combine(folder.Path, name);
        run.Observer.OnStage($"For comparison: {DistillCard.Name(baseline)}");
        using var place = RunFolder.Open(path, run.Recipe, resume && File.Exists(Path.Combine(path, "recipe.yaml")));
        _ = corpus; // The same token files.
        return baseline == DistillBaseline.Labels
            ? Train(run, place, folder, null, run.Recipe.Quantization, resume).Result
            : Train(run, place, folder, run.Recipe.Loss, null, resume).Result;
    }

    /// <summary>Trains a student from its beginning, or from its last checkpoint, and writes it.</summary>
    /// <param name="run">What students of a run share.</param>
    /// <param name="folder">Its run folder.</param>
    /// <param name="data">The run folder with the token files.</param>
    /// <param name="loss">How it is held to the teacher; null for labels alone.</param>
    /// <param name="quantization">What its layers are computed with as.</param>
    /// <param name="resume">Whether to look for a checkpoint.</param>
    /// <returns>What came of it, and the most bytes that tensors took.</returns>
    private static (TrainingResult Result, long PeakBytes) Train(Run run, RunFolder folder, RunFolder data, DistillationOptions? loss, ElementFormat? quantization, bool resume)
    {
        var recipe = run.Training;
        using var pool = new TensorPool();
        using var teacher = run.Teacher.Load(pool);
        using var student = Student.Create(run.Recipe.Student, run.Configuration, teacher, run.Own, pool, recipe.Loop.Seed);
        student.ActivationCheckpointing = recipe.Batch.ActivationCheckpointing;
        if (quantization is { } format && student.FakeQuantize(format) is { Count: > 0 } left)
        {
            run.Observer.OnWarning("TRN0464", $"{left.Count} matrices have rows that do not fill the blocks of {format} and stay exact: {string.Join(", ", left.Take(3))}{(left.Count > 3 ? " …" : "")}.");
        }

        using var recording = new Tape(run.Team, pool, isRecording: true);
        using var measuring = new Tape(run.Team, pool, isRecording: false);
        using var train = TokenFile.Open(data.TrainTokens);
        using var validation = TokenFile.Open(data.ValidationTokens);
        var distilled = loss is { } options ? new DistillationModel(student, teacher, options, recording, measuring) : null;
        var language = new LanguageTask(
            distilled is null ? new TapeModel(student, recording, measuring) : distilled,
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
            Task = distilled is null ? language : new DistillationTask(language, distilled),
            Checkpoints = new CheckpointStore(folder.Checkpoints, recipe.Loop.Checkpoint.Keep),
            Folder = folder,
            Team = run.Team,
            Observer = run.Observer,
            Time = run.Time,
            Sample = SamplerOf(run, student, folder).Write,
        });
        if (resume && !trainer.Restore())
        {
            run.Observer.OnStage("No checkpoint yet: starting from the first step");
        }

        var end = trainer.Run(run.CancellationToken);
        if (end != TrainingEnd.Interrupted)
        {
            trainer.UseBest();
            StudentExport.Write(folder.Model, run.Own ?? run.Teacher, student, recipe.Export, run.Recipe.Quantization, run.Team);
        }

        return (TrainingResult.Of(end, folder, trainer, student.Parameters.Sum(parameter => parameter.Value.Length)), pool.PeakBytes);
    }

    private static LiveSampler SamplerOf(Run run, TrainableDecoder student, RunFolder folder)
    {
        var place = Path.Combine(folder.Path, ".sample");
        return new LiveSampler(Load, run.Configuration, (run.Own ?? run.Teacher).Tokenizer, run.Examples, run.Training.Loop.Samples);

        IDecoder Load()
        {
            student.Save(place);
            using var weights = ModelFolder.Open(place).OpenWeights();
            var decoder = DecoderLoader.Load(weights, run.Configuration, new DecoderOptions { Team = run.Team, Format = run.Recipe.Quantization ?? ElementFormat.F32 });
            Directory.Delete(place, recursive: true);
            return decoder;
        }
    }

    private static async Task<DistillResult> MeasureAsync(
        DistillResult result, Run run, string teacherPath, RunFolder folder, IReadOnlyList<(DistillBaseline Kind, TrainingResult Training)> baselines, IReadOnlyList<(ReportTaskRecipe Task, IReadOnlyList<DatasetRow> Rows)> tasks)
    {
        var (teacherFolder, studentFolder) = (ModelFolder.Open(teacherPath), ModelFolder.Open(folder.Model));
        run.Observer.OnStage("Measuring the teacher");
        var teacher = await ScoresAsync(run, teacherFolder, tasks);
        run.Observer.OnStage("Measuring the student");
        var student = await ScoresAsync(run, studentFolder, tasks);
        var (seed, confidence) = (run.Training.Loop.Seed, run.Training.Report.Confidence);
        var compared = new List<BaselineResult>();
        foreach (var (kind, training) in baselines)
        {
            run.Observer.OnStage($"Measuring {DistillCard.Name(kind)}");
            compared.Add(new BaselineResult(kind, training, TaskScores.Compare(await ScoresAsync(run, ModelFolder.Open(training.ModelFolder), tasks), student, seed, confidence)));
        }

        var outcomes = TaskScores.Compare(teacher, student, seed, confidence);
        TaskTable.WriteJson(folder.Report, outcomes);
        using var before = ModelLoader.LoadDecoder(teacherFolder, new DecoderOptions { Team = run.Team });
        using var after = ModelLoader.LoadDecoder(studentFolder, new DecoderOptions { Team = run.Team });
        return result with
        {
            Report = outcomes,
            Baselines = compared,
            TeacherSize = SizeMeter.Measure(teacherFolder, run.CancellationToken),
            StudentSize = SizeMeter.Measure(studentFolder, run.CancellationToken),
            Speed = SpeedRounds.Compare(before, after, run.Time, run.Team.Size, run.CancellationToken),
        };
    }

    private static async Task<IReadOnlyList<TaskScores>> ScoresAsync(Run run, ModelFolder folder, IReadOnlyList<(ReportTaskRecipe Task, IReadOnlyList<DatasetRow> Rows)> tasks)
    {
        if (tasks.Count == 0)
        {
            return [];
        }

        await using var model = await new ModelLoader(run.Team, run.Time).LoadAsync(folder, "model", run.CancellationToken);
        return await TaskMeasurement.RunAsync(model, null, tasks, run.Training.Report.MaxTokens, run.Observer.OnStageProgress, run.CancellationToken);
    }

    /// <summary>What the students of a run share.</summary>
    private sealed record Run(
        DistillRecipe Recipe,
        FinetuneRecipe Training,
        BaseModel Teacher,
        BaseModel? Own,
        DecoderConfiguration Configuration,
        ExampleSource Examples,
        ThreadTeam Team,
        ITrainingObserver Observer,
        TimeProvider Time,
        CancellationToken CancellationToken);
}
