using System.Text.Json;
using Gyre.Training.Runs;

namespace Gyre.Training.Finetuning;

/// <summary>Which base a run started from, as <c>data/base.json</c> holds it.</summary>
/// <param name="Path">Where it was.</param>
/// <param name="Digest">SHA-256 of its weights.</param>
internal sealed record BaseRecord(string Path, string Digest)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Writes the record, or compares it with the one that is there.</summary>
    /// <remarks>Errors: TRN0306 the run was started from other weights.</remarks>
    public void Keep(string file)
    {
        if (!File.Exists(file))
        {
            AtomicFile.WriteText(file, JsonSerializer.Serialize(this, Json) + "\n");
            return;
        }

        if (JsonSerializer.Deserialize<BaseRecord>(File.ReadAllText(file), Json) is not { } first || first.Digest != Digest)
        {
            throw new TrainingException("TRN0306", $"Resuming the run failed: the base at '{Path}' has other weights than the one the run was started from (SHA-256 {Digest[..12]}…, recorded in '{file}'). Restore the base, or start a new run.");
        }
    }
}
