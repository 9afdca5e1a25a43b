using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gyre.Training.Runs;

/// <summary>What the token files of a run were made of; <c>data/corpus.json</c>, written last, says that they are complete.</summary>
internal sealed record CorpusRecord
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required string Source { get; init; }

    public required int VocabularySize { get; init; }

    public required int TrainDocuments { get; init; }

    public required long TrainTokens { get; init; }

    public required long TrainTargets { get; init; }

    public required string TrainDigest { get; init; }

    public required int ValidationDocuments { get; init; }

    public required long ValidationTokens { get; init; }

    public required long ValidationTargets { get; init; }

    public required string ValidationDigest { get; init; }

    public required string TokenizerDigest { get; init; }

    /// <summary>Documents per kind, for the card; empty when there is one kind.</summary>
    public IReadOnlyDictionary<string, int> Kinds { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    public static CorpusRecord? TryRead(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<CorpusRecord>(File.ReadAllText(path), Json) : null;

    public void WriteTo(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
