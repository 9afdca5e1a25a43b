using System.Security.Cryptography;
using System.Text.Json;
using Gyre.Training.Runs;

namespace Gyre.Training.Translation;

/// <summary>What the pairs of a run are; <c>data/pairs.json</c>.</summary>
internal sealed record PairRecord
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>SHA-256 of each file, by its name without folder.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    public required int Training { get; init; }

    public required int Validation { get; init; }

    public required int Test { get; init; }

    /// <summary>Pairs with an empty side or a text that was dropped.</summary>
    public required int LeftOut { get; init; }

    public required int SourceVocabulary { get; init; }

    public required int TargetVocabulary { get; init; }

    /// <summary>SHA-256 over both tokenizers.</summary>
    public required string TokenizerDigest { get; init; }

    /// <summary>The digests of the files that a recipe names.</summary>
    /// <remarks>Errors: TRN0550 a file cannot be read.</remarks>
    public static IReadOnlyDictionary<string, string> DigestsOf(TranslationDataRecipe data)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in new[] { data.Training, data.Validation, data.Test }.OfType<PairFileRecipe>().SelectMany(files => files.Files).Distinct(StringComparer.Ordinal))
        {
            try
            {
                using var stream = File.OpenRead(file);
                digests[Path.GetFileName(file)] = Convert.ToHexStringLower(SHA256.HashData(stream));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new TrainingException("TRN0550", $"Reading the pairs failed: {error.Message.TrimEnd('.')}. Check the paths of 'data'; relative ones count from the recipe's folder.", error);
            }
        }

        return digests;
    }

    /// <summary>Reads the record of a started run; null when there is none yet.</summary>
    /// <remarks>Errors: TRN0014 the record is damaged.</remarks>
    public static PairRecord? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<PairRecord>(File.ReadAllText(path), Json) : null;
        }
        catch (JsonException error)
        {
            throw new TrainingException("TRN0014", $"Preparing the run failed: '{path}' is damaged ({error.Message.TrimEnd('.')}). Remove the run's data folder and run again with --resume.", error);
        }
    }

    public void WriteTo(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>Refuses to go on with other data than the run was started with.</summary>
    /// <remarks>Errors: TRN0043.</remarks>
    public void Require(PairRecord started, string path)
    {
        var same = Files.SequenceEqual(started.Files) && TokenizerDigest == started.TokenizerDigest
            && (Training, Validation, Test, LeftOut) == (started.Training, started.Validation, started.Test, started.LeftOut);
        if (!same)
        {
            throw new TrainingException("TRN0043", $"Resuming the run failed: the pairs or tokenizers are not those that '{path}' records (found {Training} pairs to learn from, {started.Training} are recorded). Restore the files, or start a new run.");
        }
    }
}
