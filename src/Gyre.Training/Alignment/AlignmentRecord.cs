using System.Text.Json;
using Gyre.Training.Runs;

namespace Gyre.Training.Alignment;

/// <summary>What a run reads, as <c>data/alignment.json</c> holds it: digests, counts, and the reference's log-probabilities.</summary>
internal sealed record AlignmentRecord
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = false };

    /// <summary>SHA-256 of the base's weights.</summary>
    public required string Base { get; init; }

    /// <summary>SHA-256 of the encoded examples.</summary>
    public required string Examples { get; init; }

    /// <summary>SHA-256 of each file, by its name.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    public required int Training { get; init; }

    public required int HeldOut { get; init; }

    public required int Dropped { get; init; }

    /// <summary>Sums of log-probabilities under the base, in the examples' order; empty where the method reads none.</summary>
    public required IReadOnlyList<double> Reference { get; init; }

    /// <summary>The record of an earlier start; null when there is none.</summary>
    /// <remarks>Errors: TRN0409 it is damaged, or of other data.</remarks>
    public static AlignmentRecord? TryRead(string path, string baseDigest, string examples, int reference)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        AlignmentRecord? record;
        try
        {
            record = JsonSerializer.Deserialize<AlignmentRecord>(File.ReadAllText(path), Json);
        }
        catch (JsonException error)
        {
            throw new TrainingException("TRN0409", $"Reading the run's data record failed: '{path}' is damaged ({error.Message.TrimEnd('.')}). Delete it and run again with --resume; what it holds is computed again.", error);
        }

        return record is not null && record.Base == baseDigest && record.Examples == examples && record.Reference.Count == reference
            ? record
            : throw new TrainingException("TRN0409", $"Resuming the run failed: the base or the examples differ from those that '{path}' was written for. Restore them, or start a new run.");
    }

    public void WriteTo(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
