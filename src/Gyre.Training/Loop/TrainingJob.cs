using Gyre.Contracts;
using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Checkpoints;
using Gyre.Training.Export;
using Gyre.Training.Packing;
using Gyre.Training.Recipes;
using Gyre.Training.Runs;
using Gyre.Training.Sampling;
using Gyre.Training.Scaling;
using Gyre.Training.Sources;

namespace Gyre.Training.Loop;

/// <summary>The one door to a training run: from a recipe to a folder with a model and everything that says how it came about.</summary>
public static class TrainingJob
{
    /// <summary>Runs a recipe, or goes on with an interrupted run of it.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="outputFolder">The run folder: new or empty, or the folder to resume.</param>
    /// <param name="resume">True to go on with the run in the folder; it computes the bits that an uninterrupted run would.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Finishes the current step, saves a checkpoint and returns.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="comparedWith">Finished runs that the card's scaling report sets this one beside, with a law through all of them.</param>
    /// <param name="memoryBytes">Memory that the run may take; null for what the process may use.</param>
    /// <remarks>
    /// Errors: <see cref="TrainingException"/> with the codes TRN0010–TRN0050 of <c>docs/errors.md</c>, TRN0307 it cannot fit into memory; cancellation during
    /// the preparation of the data throws <see cref="OperationCanceledException"/>, and a resumed run prepares it again.
    /// </remarks>
    public static TrainingResult Run(
        TrainingRecipe recipe,
        string outputFolder,
        bool resume,
        ITrainingObserver observer,
        CancellationToken cancellationToken,
        TimeProvider? time = null,
        IReadOnlyList<ScalingPoint>? comparedWith = null,
        long? memoryBytes = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        time ??= TimeProvider.System;
        ICorpusSource source = recipe.Corpus.IsShop ? new ShopSource(recipe.Corpus) : new TextSource(recipe.Corpus);
        using var folder = RunFolder.Open(outputFolder, recipe, resume);
        var threads = recipe.Threads > 0 ? recipe.Threads : Environment.ProcessorCount;
        var environment = EnvironmentRecord.Capture(threads, time);
        var (tokenizer, corpus) = Prepare(recipe, source, folder, environment, observer, cancellationToken);

        using var team = new ThreadTeam(threads);
        using var pool = new TensorPool();
        var configuration = Configure(recipe, tokenizer, source);
        var numbers = MemoryEstimate.NumbersOf(configuration);
        MemoryEstimate.Of(configuration, numbers * sizeof(float), numbers, 2, (long)recipe.Batch.Rows * recipe.Batch.SequenceLength, recipe.Batch.ActivationCheckpointing)
            .RequireFits(memoryBytes ?? MemoryEstimate.Available);
        using var model = new TrainableDecoder(configuration, pool, recipe.Seed) { ActivationCheckpointing = recipe.Batch.ActivationCheckpointing };
        using var recording = new Tape(team, pool, isRecording: true);
        using var measuring = new Tape(team, pool, isRecording: false);
        using var train = TokenFile.Open(folder.TrainTokens);
        using var validation = TokenFile.Open(folder.ValidationTokens);
        using var weights = new LiveWeights(model.Parameters);
        var sampler = new LiveSampler(
            () => DecoderLoader.Load(weights, configuration, new DecoderOptions { Team = team, Format = ElementFormat.F32 }), configuration, tokenizer, source, recipe.Samples);
        var trainer = new Trainer(new TrainerParts
        {
            Recipe = recipe.Loop,
            Task = new LanguageTask(
                new TapeModel(model, recording, measuring),
                train,
                validation,
                recipe.Batch.SequenceLength,
                recipe.Batch.Rows,
                recipe.Batch.Accumulation,
                recipe.Evaluation.Rows,
                recipe.Corpus.KeepsOrder ? null : new SeededRandom(recipe.Seed).Fork("order")),
            Checkpoints = new CheckpointStore(folder.Checkpoints, recipe.Checkpoint.Keep),
            Folder = folder,
            Team = team,
            Observer = observer,
            Time = time,
            Sample = sampler.Write,
        });
        if (resume && !trainer.Restore())
        {
            observer.OnStage("No checkpoint yet: starting from the first step");
        }

        observer.OnStage("Training");
        var end = trainer.Run(cancellationToken);
        var result = TrainingResult.Of(end, folder, trainer, model.Parameters.Sum(parameter => parameter.Value.Length));
        if (end == TrainingEnd.Interrupted)
        {
            return result;
        }

        observer.OnStage("Writing the model");
        trainer.UseBest();
        ExportedTensor[] tensors = [.. model.Parameters.Select(parameter => new ExportedTensor(parameter.Name, parameter.Value.Shape.ToArray(), parameter.Value.Span.ToArray()))];
        ModelExport.Write(folder.Model, recipe, configuration, tensors, tokenizer, folder.Tokenizer, source, team);
        WriteCard(recipe, corpus, environment, result, tensors, folder, comparedWith ?? []);
        return result;
    }

    /// <summary>Everything that lies in the run folder before the first step.</summary>
    private static (ITokenizer Tokenizer, CorpusRecord Corpus) Prepare(
        TrainingRecipe recipe, ICorpusSource source, RunFolder folder, EnvironmentRecord environment, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            environment.AppendTo(folder.Environment);
            var tokenizer = PrepareTokenizer(recipe, source, folder, observer, cancellationToken);
            observer.OnStage("Encoding the corpus");
            return (tokenizer, TokenFileBuilder.Build(source, tokenizer, TokenizerFolder.Digest(folder.Tokenizer), folder, observer, cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0014", $"Preparing the run failed: '{folder.Path}' cannot be written ({error.Message.TrimEnd('.')}). Check permissions and free space, then run again with --resume.", error);
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new TrainingException("TRN0014", $"Preparing the run failed: a record in '{folder.Path}' (environment.json or data/corpus.json) is damaged ({error.Message.TrimEnd('.')}). Remove that file, and data with it, then run again with --resume.", error);
        }
    }

    private static ITokenizer PrepareTokenizer(TrainingRecipe recipe, ICorpusSource source, RunFolder folder, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        if (CorpusRecord.TryRead(folder.CorpusRecord) is null)
        {
            if (Directory.Exists(folder.Corpus))
            {
                Directory.Delete(folder.Corpus, recursive: true);
            }

            Directory.CreateDirectory(folder.Corpus);
            if (recipe.Tokenizer.Path.Length > 0)
            {
                TokenizerFolder.Copy(recipe.Tokenizer.Path, folder.Tokenizer);
            }
            else
            {
                observer.OnStage("Training the tokenizer");
                TrainTokenizer(recipe.Tokenizer, source, folder.Tokenizer, observer, cancellationToken);
            }
        }

        try
        {
            return TokenizerLoader.FromFolder(folder.Tokenizer);
        }
        catch (ModelException error)
        {
            throw new TrainingException("TRN0042", $"Reading the tokenizer in '{folder.Tokenizer}' failed: {error.Message} Check tokenizer.path.", error);
        }
    }

    private static void TrainTokenizer(TokenizerRecipe recipe, ICorpusSource source, string folder, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var trainer = new BpeTrainer(new BpeTrainerOptions { VocabularySize = recipe.VocabularySize, SpecialTokens = source.SpecialTokens, PreTokenizer = source.PreTokenizer });
        var progress = new StageProgress(observer);
        trainer.Train(Sample(source.Texts(), recipe.SampleCharacters), progress, cancellationToken)
            .Save(folder, endToken: source.EndTokens[0], chatTemplate: source.ChatTemplate);
    }

    /// <summary>Texts until the number of characters is reached.</summary>
    private static IEnumerable<string> Sample(IEnumerable<string> texts, long characters)
    {
        foreach (var text in texts)
        {
            if (characters <= 0)
            {
                yield break;
            }

            characters -= text.Length;
            yield return text;
        }
    }

    private static DecoderConfiguration Configure(TrainingRecipe recipe, ITokenizer tokenizer, ICorpusSource source)
    {
        var shape = recipe.Model;
        var ends = source.EndTokens.Select(tokenizer.FindToken).OfType<int>().Concat(tokenizer.EndIds).Distinct().ToArray();
        return new DecoderConfiguration
        {
            Architecture = shape.QueryKeyNorm ? "qwen3" : "llama",
            QueryKeyNorm = shape.QueryKeyNorm,
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = shape.HiddenSize,
            IntermediateSize = shape.FeedForwardSize,
            Layers = shape.Layers,
            Heads = shape.Heads,
            KeyValueHeads = shape.KeyValueHeads,
            HeadWidth = shape.HeadSize,
            ContextLength = shape.Context,
            NormEpsilon = (float)shape.NormEpsilon,
            Rotary = new RotaryOptions { Theta = shape.RopeTheta },
            TieEmbeddings = shape.TiesEmbeddings,
            InitialDeviation = (float)shape.InitialDeviation,
            BeginTokenId = tokenizer.BeginId,
            EndTokenIds = ends,
        };
    }

    private static void WriteCard(
        TrainingRecipe recipe,
        CorpusRecord corpus,
        EnvironmentRecord environment,
        TrainingResult result,
        ExportedTensor[] tensors,
        RunFolder folder,
        IReadOnlyList<ScalingPoint> comparedWith)
    {
        var blocks = ScalingReport.Group(tensors.Select(tensor => (tensor.Name, (long)tensor.Values.Length)));
        var point = new ScalingPoint(recipe.Name, result.Parameters, result.Tokens, result.BestValidationLoss ?? double.NaN);
        point.WriteTo(folder.ScalingPoint);
        var samples = new SampleLog(folder.Samples, folder.SamplesPage, result.Step);
        AtomicFile.WriteText(folder.Card, ModelCard.Write(recipe, corpus, environment, result, new ScalingReport(blocks, [point, .. comparedWith]), samples.Samples));
    }

    private sealed class StageProgress(ITrainingObserver observer) : IProgress<BpeTrainingProgress>
    {
        public void Report(BpeTrainingProgress value)
        {
            if (value.Merges > 0)
            {
                observer.OnStageProgress(value.Merges, value.MergesWanted);
            }
        }
    }
}
