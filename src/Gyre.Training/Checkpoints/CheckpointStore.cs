using System.Globalization;
using System.Text.Json;

namespace Gyre.Training.Checkpoints;

/// <summary>The checkpoints of a run: each a folder that appears complete or not at all.</summary>
/// <remarks>
/// A checkpoint is written into a temporary folder, every file flushed to the disk, <c>state.json</c> with the digests
/// last, then the folder is renamed. Older ones are deleted only afterwards, so a full disk, a crash or a lost rename
/// costs at most the steps since the previous one.
/// </remarks>
/// <param name="path">The folder that holds them.</param>
/// <param name="keep">How many are kept.</param>
/// <param name="create">Opens a file for writing; a seam for tests of failing disks.</param>
internal sealed class CheckpointStore(string path, int keep, Func<string, Stream>? create = null)
{
    private const string StateFile = "state.json";
    private const string WeightsFile = "weights.safetensors";
    private const string MomentsFile = "moments.safetensors";
    private const string Partial = ".part";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private readonly Func<string, Stream> _create = create ?? (file => new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16));

    /// <summary>Saves a checkpoint, then deletes those that are no longer kept, and returns its folder.</summary>
    /// <remarks>Errors: TRN0020 it could not be written; the earlier checkpoints are untouched. TRN0024 (through <paramref name="warn"/>) an old one stays.</remarks>
    public string Save(CheckpointState state, IReadOnlyList<StoredTensor> weights, IReadOnlyList<StoredTensor> moments, Action<string, string>? warn = null)
    {
        var folder = Write("step-", state, [(WeightsFile, weights), (MomentsFile, moments)]);
        foreach (var old in Folders("step-").Skip(keep).Concat(Folders("best-").Where(best => StepOf(best) != state.BestStep)).ToArray())
        {
            try
            {
                Directory.Delete(old, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The new checkpoint is safe; the old one is tried again after the next.
                warn?.Invoke("TRN0024", $"Deleting the old checkpoint '{old}' failed: {error.Message.TrimEnd('.')}. Training goes on. Delete it by hand when the disk fills up.");
            }
        }

        return folder;
    }

    /// <summary>Saves the weights with the lowest validation loss; the former best goes when the next checkpoint is complete.</summary>
    public string SaveBest(CheckpointState state, IReadOnlyList<StoredTensor> weights) =>
        Write("best-", state, [(WeightsFile, weights)]);

    /// <summary>
    /// Loads the newest checkpoint that is whole. Damaged ones are named through <paramref name="warn"/>; null when there
    /// is none at all.
    /// </summary>
    /// <remarks>Errors: TRN0022 there are checkpoints but none is whole.</remarks>
    public CheckpointState? LoadNewest(IReadOnlyList<StoredTensor> weights, IReadOnlyList<StoredTensor> moments, Action<string, string> warn)
    {
        var folders = Folders("step-").ToArray();
        foreach (var folder in folders)
        {
            if (TryLoad(folder, [(WeightsFile, weights), (MomentsFile, moments)], out var state, out var reason))
            {
                return state;
            }

            warn("TRN0021", $"Checkpoint '{folder}' is damaged and is left out: {reason}. Falling back to the one before it.");
        }

        return folders.Length == 0
            ? null
            : throw new TrainingException("TRN0022", $"Resuming the run failed: none of the {folders.Length} checkpoints in '{path}' is whole. Restore one from a backup, or start the run again in another folder.");
    }

    /// <summary>Loads the best weights of a step; false with a reason when they are missing or damaged.</summary>
    public bool TryLoadBest(int step, IReadOnlyList<StoredTensor> weights, out string reason) =>
        TryLoad(Path.Combine(path, Name("best-", step)), [(WeightsFile, weights)], out _, out reason);

    /// <summary>The folder of the newest checkpoint by name, or null.</summary>
    public string? Newest() => Folders("step-").FirstOrDefault();

    private static string Name(string prefix, int step) => prefix + step.ToString("D8", CultureInfo.InvariantCulture);

    private static int StepOf(string folder) =>
        int.TryParse(Path.GetFileName(folder).AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1;

    private static bool TryLoad(string folder, (string File, IReadOnlyList<StoredTensor> Tensors)[] parts, out CheckpointState? state, out string reason)
    {
        state = null;
        try
        {
            state = JsonSerializer.Deserialize<CheckpointState>(File.ReadAllText(Path.Combine(folder, StateFile)), Json);
            if (state is null || state.Format != 1 || state.SampleRandom.Count != 4)
            {
                reason = $"{StateFile} is not a state of format 1";
                return false;
            }

            // All digests first: a checkpoint is loaded whole or not at all.
            foreach (var (file, _) in parts)
            {
                if (!state.Digests.TryGetValue(file, out var digest) || digest != TensorFile.Digest(Path.Combine(folder, file)))
                {
                    reason = $"the SHA-256 of {file} is not the one in {StateFile}";
                    return false;
                }
            }

            foreach (var (file, tensors) in parts)
            {
                if (!TensorFile.TryRead(Path.Combine(folder, file), tensors, out reason))
                {
                    reason = $"{file}: {reason}";
                    return false;
                }
            }

            reason = "";
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            reason = error.Message.TrimEnd('.');
            return false;
        }
    }

    private string Write(string prefix, CheckpointState state, (string File, IReadOnlyList<StoredTensor> Tensors)[] parts)
    {
        var final = Path.Combine(path, Name(prefix, state.Step));
        var temporary = final + Partial;
        try
        {
            Remove(temporary);
            Directory.CreateDirectory(temporary);
            var digests = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (file, tensors) in parts)
            {
                using var stream = _create(Path.Combine(temporary, file));
                digests[file] = TensorFile.Write(stream, tensors);
                FlushToDisk(stream);
            }

            using (var stream = _create(Path.Combine(temporary, StateFile)))
            {
                JsonSerializer.Serialize(stream, state with { Digests = digests }, Json);
                FlushToDisk(stream);
            }

            Remove(final);
            Directory.Move(temporary, final);
            return final;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            var last = Newest();
            throw new TrainingException(
                "TRN0020",
                $"Writing the checkpoint of step {state.Step} failed: {error.Message.TrimEnd('.')}. "
                + (last is null ? "There is no earlier checkpoint. " : $"The checkpoint '{last}' is untouched. ")
                + $"Free space where '{path}' lies; a run that ended goes on with --resume.",
                error);
        }
    }

    private static void FlushToDisk(Stream stream)
    {
        stream.Flush();
        (stream as FileStream)?.Flush(flushToDisk: true);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Complete folders of a kind, newest first.</summary>
    private IEnumerable<string> Folders(string prefix) =>
        Directory.Exists(path)
            ? Directory.EnumerateDirectories(path, prefix + "*").Where(folder => StepOf(folder) >= 0).OrderByDescending(StepOf)
            : [];
}
