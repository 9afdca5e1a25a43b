using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Overlap;
using Gyre.Evaluation.Statistics;
using Gyre.Training.Runs;

namespace Gyre.Training.Translation;

/// <summary>How well test pairs were translated.</summary>
internal static class TranslationScores
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Bleu Bleu = new();

    /// <summary>The metric's name, which says its variant.</summary>
    public static string Metric => Bleu.Name;

    /// <summary>Corpus BLEU of translations with its 95 % interval.</summary>
    /// <param name="pairs">Translated pairs.</param>
    /// <param name="text">The translation that is scored.</param>
    public static (double Value, Interval? Interval) Of(IEnumerable<TranslatedPair> pairs, Func<TranslatedPair, string> text)
    {
        var (value, interval, _) = SampleInterval.Of(Statistics(pairs, text), Bleu.Combine, new ComparisonOptions());
        return (value.IsDefined ? value.Number : 0, interval);
    }

    /// <summary>How the BLEU of two models differs on the pairs that both translated.</summary>
    public static Comparison Compare(IReadOnlyList<TranslatedPair> first, IReadOnlyList<TranslatedPair> second)
    {
        var others = second.DistinctBy(pair => (pair.Source, pair.Reference)).ToDictionary(pair => (pair.Source, pair.Reference));
        var common = first.Where(pair => others.ContainsKey((pair.Source, pair.Reference))).ToList();
        return PairedComparison.Compare(
            Statistics(common, pair => pair.Greedy), Statistics(common, pair => others[(pair.Source, pair.Reference)].Greedy), Bleu.Combine, new ComparisonOptions());
    }

    /// <summary>Writes <c>translations.jsonl</c>.</summary>
    public static void Write(string path, IEnumerable<TranslatedPair> pairs) =>
        AtomicFile.WriteText(path, string.Concat(pairs.Select(pair => JsonSerializer.Serialize(pair, Json) + "\n")));

    /// <summary>Reads <c>translations.jsonl</c> of a finished run.</summary>
    /// <param name="folder">The run folder.</param>
    /// <remarks>Errors: TRN0554 the folder holds no translations, or damaged ones.</remarks>
    public static IReadOnlyList<TranslatedPair> Read(string folder)
    {
        var path = PathIn(folder);
        try
        {
            return [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<TranslatedPair>(line, Json)).OfType<TranslatedPair>()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new TrainingException("TRN0554", $"Comparing with the run in '{folder}' failed: {error.Message.TrimEnd('.')}. Expected the folder of a finished translation run, which holds translations.jsonl.", error);
        }
    }

    /// <summary>Where a run keeps its translations.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "translations.jsonl");

    private static SampleStatistics Statistics(IEnumerable<TranslatedPair> pairs, Func<TranslatedPair, string> text)
    {
        var statistics = new SampleStatistics(Bleu.Width);
        foreach (var pair in pairs)
        {
            statistics.Add(Bleu, new TextSample(text(pair), pair.Reference));
        }

        return statistics;
    }
}
