using System.Text.Json.Nodes;
using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Generation;
using Gyre.Models.SequenceToSequence;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.Training.Checkpoints;
using Gyre.Training.Loop;
using Gyre.Training.Runs;
using Gyre.Training.Sampling;
using Gyre.Training.Sources;

namespace Gyre.Training.Translation;

/// <summary>Trains the original Transformer on pairs of sentences: from a recipe to a folder with a model, its translations of held-out pairs and their score.</summary>
public static class TranslationJob
{
    /// <summary>Runs a recipe, or goes on with an interrupted run of it.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="outputFolder">The run folder: new or empty, or the folder to resume.</param>
    /// <param name="resume">True to go on with the run in the folder; it computes the bits that an uninterrupted run would.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Finishes the current step, saves a checkpoint and returns.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="comparedWith">Folders of finished translation runs that the card sets this one beside, on the test pairs that both translated.</param>
    /// <remarks>
    /// Errors: <see cref="TrainingException"/> TRN0010 to TRN0050 as <see cref="TrainingJob.Run"/>, TRN0550 to TRN0554 for
    /// the pairs and the runs to compare with; cancellation before the first step throws <see cref="OperationCanceledException"/>.
    /// </remarks>
    public static TrainingResult Run(
        TranslationRecipe recipe,
        string outputFolder,
        bool resume,
        ITrainingObserver observer,
        CancellationToken cancellationToken,
        TimeProvider? time = null,
        IReadOnlyList<string>? comparedWith = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        time ??= TimeProvider.System;
        var others = (comparedWith ?? []).Select(path => (Name: Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), Pairs: TranslationScores.Read(path))).ToArray();
        using var folder = RunFolder.Open(outputFolder, recipe, resume);
        var threads = recipe.Loop.Threads > 0 ? recipe.Loop.Threads : Environment.ProcessorCount;
        var environment = EnvironmentRecord.Capture(threads, time);
        observer.OnStage("Reading the pairs and training the tokenizers");
        var data = Prepare(recipe, folder, environment, cancellationToken);

        using var team = new ThreadTeam(threads);
        using var pool = new TensorPool();
        var configuration = recipe.Model.Configure(data.Tokenizers);
        using var model = new TrainableEncoderDecoder(configuration, pool, recipe.Loop.Seed) { ActivationCheckpointing = recipe.ActivationCheckpointing };
        using var recording = new Tape(team, pool, isRecording: true);
        using var measuring = new Tape(team, pool, isRecording: false);
        using var weights = new LiveWeights(model.Parameters);
        var writer = new UnmaskedWriter(model, measuring);
        var live = new LiveTranslator(weights, configuration, data.Tokenizers, recipe.MaxTokens, team);
        var trainer = new Trainer(new TrainerParts
        {
            Recipe = recipe.Loop,
            Task = new TranslationTask(model, recording, measuring, recipe, data.Training, data.Validation),
            Checkpoints = new CheckpointStore(folder.Checkpoints, recipe.Loop.Checkpoint.Keep),
            Folder = folder,
            Team = team,
            Observer = observer,
            Time = time,
            Sample = (text, _) => recipe.Form.Masks ? live.Write(text) : WriteUnmasked(text),
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

        trainer.UseBest();
        observer.OnStage("Writing the model");
        Export(folder, recipe, model);
        observer.OnStage($"Translating {data.Test.Count} test pairs");
        var translated = recipe.Form.Masks ? Translate() : [.. data.Test.Select(pair => new TranslatedPair(pair.Source, pair.Target, WriteUnmasked(pair.Source), null))];
        Write(folder, () =>
        {
            TranslationScores.Write(TranslationScores.PathIn(folder.Path), translated);
            AtomicFile.WriteText(folder.Card, TranslationCard.Write(recipe, data.Record, environment, result, translated, MetricsLog.Read(folder.Metrics), others));
        });
        return result;

        string WriteUnmasked(string text)
        {
            var source = PairTokenizers.Encode(data.Tokenizers.Source, text);
            return source.Length == 0 || source.Length > configuration.ContextLength ? "" : data.Tokenizers.TextOf(writer.Write(source, recipe.MaxTokens));
        }

        List<TranslatedPair> Translate()
        {
            using var loaded = SequenceToSequenceModel.Load(folder.Model, new DecoderOptions { Team = team });
            var pairs = new List<TranslatedPair>();
            foreach (var pair in data.Test)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var greedy = loaded.Answer(pair.Source, new BeamSearchOptions { Beams = 1, MaxTokens = recipe.MaxTokens }, cancellationToken);
                var beam = recipe.Beams == 1 ? null : loaded.Answer(pair.Source, options: null, cancellationToken);
                pairs.Add(new TranslatedPair(pair.Source, pair.Target, greedy, beam));
                observer.OnStageProgress(pairs.Count, data.Test.Count);
            }

            return pairs;
        }
    }

    /// <summary>Everything that lies in the run folder before the first step, and the pairs as ids.</summary>
    private static Prepared Prepare(TranslationRecipe recipe, RunFolder folder, EnvironmentRecord environment, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder.Corpus, "pairs.json");
        var digests = PairRecord.DigestsOf(recipe.Data);
        var splits = SentenceSplits.Read(recipe.Data);
        cancellationToken.ThrowIfCancellationRequested();
        PairRecord? started = null;
        Write(folder, () =>
        {
            environment.AppendTo(folder.Environment);
            started = PairRecord.TryRead(path);
            if (started is null)
            {
                PairTokenizers.Train(recipe, splits.Training, folder.Tokenizer, cancellationToken);
            }
        });
        var tokenizers = PairTokenizers.Load(folder.Tokenizer);
        var encoder = new SentenceEncoder(tokenizers, recipe.Model.Context, recipe.Data.LongTexts);
        var (training, left) = encoder.Encode(splits.Training);
        var (validation, leftOfValidation) = encoder.Encode(splits.Validation);
        if (training.Count == 0 || validation.Count == 0)
        {
            throw new TrainingException("TRN0551", $"Encoding the pairs failed: {training.Count} pairs to learn from and {validation.Count} for validation fit into model.context {recipe.Model.Context}; expected at least one of each. Raise model.context.");
        }

        // What is translated at the end is chosen by its place alone, so that every recipe over these files is scored on the same pairs.
        var test = splits.Test.Take(recipe.ScoredPairs).Where(pair => PairTokenizers.Encode(tokenizers.Source, pair.Source).Length < recipe.Model.Context).ToList();
        var record = new PairRecord
        {
            Files = digests,
            Training = training.Count,
            Validation = validation.Count,
            Test = test.Count,
            LeftOut = splits.LeftOut + left + leftOfValidation,
            SourceVocabulary = tokenizers.Source.VocabularySize,
            TargetVocabulary = tokenizers.Target.VocabularySize,
            TokenizerDigest = TokenizerFolder.Digest(folder.Tokenizer),
        };
        if (started is not null)
        {
            record.Require(started, path);
        }
        else
        {
            Write(folder, () => record.WriteTo(path));
        }

        return new Prepared(tokenizers, training, validation, test, record);
    }

    /// <summary>Writes the folder beside its final place, then puts it there.</summary>
    private static void Export(RunFolder folder, TranslationRecipe recipe, TrainableEncoderDecoder model)
    {
        ReplacedFolder.Write(folder.Model, "the trained model", temporary =>
        {
            model.Save(temporary);
            File.Copy(Path.Combine(folder.Tokenizer, PairTokenizers.SourceFile), Path.Combine(temporary, PairTokenizers.SourceFile));
            File.Copy(Path.Combine(folder.Tokenizer, PairTokenizers.TargetFile), Path.Combine(temporary, PairTokenizers.TargetFile));
            var settings = new JsonObject
            {
                ["decoder_start_token_id"] = PairTokenizers.StartId,
                ["eos_token_id"] = PairTokenizers.EndId,
                ["pad_token_id"] = PairTokenizers.PadId,
                ["num_beams"] = recipe.Beams,
                ["early_stopping"] = false,
                ["max_new_tokens"] = recipe.MaxTokens,
            };
            AtomicFile.WriteText(Path.Combine(temporary, "generation_config.json"), settings.ToJsonString(new() { WriteIndented = true }) + "\n");
        });
    }

    private static void Write(RunFolder folder, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0014", $"Writing into the run folder failed: '{folder.Path}' cannot be written ({error.Message.TrimEnd('.')}). Check permissions and free space, then run again with --resume.", error);
        }
    }

    private sealed record Prepared(
        PairTokenizers Tokenizers, IReadOnlyList<EncodedSentence> Training, IReadOnlyList<EncodedSentence> Validation, IReadOnlyList<SentencePair> Test, PairRecord Record);
}
