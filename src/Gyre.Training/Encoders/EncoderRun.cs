using System.Security.Cryptography;
using System.Text.Json;
using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.Training.Checkpoints;
using Gyre.Training.Loop;
using Gyre.Training.Recipes;
using Gyre.Training.Runs;
using Gyre.Training.Sampling;
using Gyre.Training.Sources;

namespace Gyre.Training.Encoders;

/// <summary>What every run that trains an encoder does: folder, digests, loop, export.</summary>
internal static class EncoderRun
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Runs.</summary>
    /// <param name="call">What the job was called with.</param>
    /// <param name="files">The files that the run reads, whose digests a resumed run checks.</param>
    /// <param name="tokenizer">Puts the tokenizer's files into a folder, when the run is new.</param>
    /// <param name="start">Makes data and model once the tokenizer is there.</param>
    /// <param name="finish">Measures the written model and writes the card.</param>
    /// <remarks>Errors: TRN0010 to TRN0050 as <see cref="TrainingJob.Run"/>, and those of the parts.</remarks>
    public static TrainingResult Run(EncoderCall call, IEnumerable<string> files, Action<string> tokenizer, Func<ITokenizer, EncoderStart> start, Action<EncoderEnd> finish)
    {
        using var folder = RunFolder.Open(call.OutputFolder, call.Recipe, call.Resume);
        var threads = call.Loop.Threads > 0 ? call.Loop.Threads : Environment.ProcessorCount;
        var environment = EnvironmentRecord.Capture(threads, call.Time);
        call.Observer.OnStage("Reading the data");
        var digests = Prepare(call, folder, environment, files, tokenizer);
        var words = LoadTokenizer(folder.Tokenizer);
        var parts = start(words);
        using var team = new ThreadTeam(threads);
        using var pool = new TensorPool();
        using var model = parts.Create(pool);
        using var recording = new Tape(team, pool, isRecording: true);
        using var measuring = new Tape(team, pool, isRecording: false);
        using var weights = new LiveWeights(model.Weights);
        var live = new LiveWords(weights, model.Configuration, words, team);
        var trainer = new Trainer(new TrainerParts
        {
            Recipe = call.Loop,
            Task = new EncoderTask(model, recording, measuring, parts.Rows, parts.RowsOfPass),
            Checkpoints = new CheckpointStore(folder.Checkpoints, call.Loop.Checkpoint.Keep),
            Folder = folder,
            Team = team,
            Observer = call.Observer,
            Time = call.Time,
            Sample = (prompt, _) => live.Fill(prompt),
        });
        if (call.Resume && !trainer.Restore())
        {
            call.Observer.OnStage("No checkpoint yet: starting from the first step");
        }

        call.Observer.OnStage("Training");
        var end = trainer.Run(call.CancellationToken);
        var result = TrainingResult.Of(end, folder, trainer, model.Parameters.Sum(parameter => parameter.Value.Length));
        if (end == TrainingEnd.Interrupted)
        {
            return result;
        }

        trainer.UseBest();
        call.Observer.OnStage("Writing the model");
        Export(folder, model);
        Writing(folder.Path, () => finish(new EncoderEnd(result, folder, environment, digests, model.Configuration, team)));
        return result;
    }

    /// <summary>Trains a WordPiece vocabulary with BERT's special tokens into a folder.</summary>
    /// <remarks>Errors: TRN0042 the vocabulary is too small for the text.</remarks>
    public static void TrainTokenizer(string folder, IEnumerable<string> texts, int vocabulary, bool lowersCase, CancellationToken cancellationToken)
    {
        try
        {
            new VocabularyTrainer(new VocabularyTrainerOptions { Kind = VocabularyKind.WordPiece, VocabularySize = vocabulary, LowersCase = lowersCase })
                .Train(texts, progress: null, cancellationToken).Save(folder);
        }
        catch (ModelException error)
        {
            throw new TrainingException("TRN0042", $"Training the tokenizer failed: {error.Message} Raise tokenizer.vocabulary.", error);
        }
    }

    private static ITokenizer LoadTokenizer(string folder)
    {
        try
        {
            return TokenizerLoader.FromFolder(folder);
        }
        catch (ModelException error)
        {
            throw new TrainingException("TRN0042", $"Reading the tokenizer in '{folder}' failed: {error.Message} Check where it came from.", error);
        }
    }

    private static Dictionary<string, string> Prepare(EncoderCall call, RunFolder folder, EnvironmentRecord environment, IEnumerable<string> files, Action<string> tokenizer)
    {
        var found = files.Distinct(StringComparer.Ordinal).ToDictionary(file => Path.GetFileName(Path.TrimEndingDirectorySeparator(file)), DigestOf, StringComparer.Ordinal);
        var path = Path.Combine(folder.Corpus, "files.json");
        Writing(folder.Path, () =>
        {
            environment.AppendTo(folder.Environment);
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(folder.Tokenizer);
                tokenizer(folder.Tokenizer);
                found["tokenizer"] = TokenizerFolder.Digest(folder.Tokenizer);
                AtomicFile.WriteText(path, JsonSerializer.Serialize(found, Json) + "\n");
                return;
            }

            found["tokenizer"] = TokenizerFolder.Digest(folder.Tokenizer);
            var started = ReadDigests(path);
            if (!found.OrderBy(pair => pair.Key, StringComparer.Ordinal).SequenceEqual(started.OrderBy(pair => pair.Key, StringComparer.Ordinal)))
            {
                throw new TrainingException("TRN0043", $"Resuming the run failed: the files it reads are not those that '{path}' records. Restore them, or start a new run.");
            }
        });
        return found;
    }

    private static Dictionary<string, string> ReadDigests(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path), Json) ?? [];
        }
        catch (JsonException error)
        {
            throw new TrainingException("TRN0014", $"Preparing the run failed: '{path}' is damaged ({error.Message.TrimEnd('.')}). Remove the run's data folder and run again with --resume.", error);
        }
    }

    private static string DigestOf(string path)
    {
        try
        {
            // A base model counts by its weights.
            using var stream = File.OpenRead(Directory.Exists(path) ? Path.Combine(path, "model.safetensors") : path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0040", $"Reading the data failed: {error.Message.TrimEnd('.')}. Check the recipe's paths; relative ones count from its folder.", error);
        }
    }

    private static void Export(RunFolder folder, TrainableEncoder model) => ReplacedFolder.Write(folder.Model, "the trained model", temporary =>
    {
        model.Save(temporary);
        foreach (var file in Directory.GetFiles(folder.Tokenizer))
        {
            File.Copy(file, Path.Combine(temporary, Path.GetFileName(file)));
        }
    });

    private static void Writing(string folder, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0014", $"Writing into the run folder failed: '{folder}' cannot be written ({error.Message.TrimEnd('.')}). Check permissions and free space, then run again with --resume.", error);
        }
    }
}
