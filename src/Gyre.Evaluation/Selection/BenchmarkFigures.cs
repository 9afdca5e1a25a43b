using System.Security.Cryptography;
using System.Text.Json;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Selection;

/// <summary>The numbers of a <c>benchmark.json</c>.</summary>
internal sealed record BenchmarkFigures
{
    private const int MostBytes = 64 << 20;
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public required string Benchmark { get; init; }

    /// <summary>The digest of its definition.</summary>
    public required string Definition { get; init; }

    public required string Model { get; init; }

    public required string ModelDigest { get; init; }

    /// <summary>How it was asked, as text that is equal for equal runs.</summary>
    public required string Setting { get; init; }

    /// <summary>The digests of its data, as text.</summary>
    public required string Data { get; init; }

    public required Figure Headline { get; init; }

    public required IReadOnlyList<Figure> Figures { get; init; }

    public required IReadOnlyList<Figure> Subjects { get; init; }

    public required long Total { get; init; }

    public required long Answered { get; init; }

    public required string Digest { get; init; }

    /// <summary>Reads a file, or that of a folder.</summary>
    /// <exception cref="EvaluationException">EVA0123: it cannot be read, or is no result of a benchmark.</exception>
    public static BenchmarkFigures Load(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, BenchmarkReport.ResultName) : path;
        try
        {
            var length = new FileInfo(file).Length;
            if (length > MostBytes)
            {
                throw Fault($"found {length} bytes, expected at most {MostBytes}", file, null);
            }

            var bytes = File.ReadAllBytes(file);
            using var json = JsonDocument.Parse(bytes, Limits);
            return Read(json.RootElement, Convert.ToHexStringLower(SHA256.HashData(bytes)), file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Fault(error.Message, file, error);
        }
    }

    private static BenchmarkFigures Read(JsonElement root, string digest, string file)
    {
        if (root.GetProperty("format").GetString() != BenchmarkJson.Format)
        {
            throw Fault($"found another format than '{BenchmarkJson.Format}'", file, null);
        }

        var (benchmark, model, run, items) = (root.GetProperty("benchmark"), root.GetProperty("model"), root.GetProperty("run"), root.GetProperty("items"));
        return new BenchmarkFigures
        {
            Benchmark = Text(benchmark, "name"),
            Definition = Text(benchmark, "digest"),
            Model = Text(model, "name"),
            ModelDigest = Text(model, "digest"),
            Setting = string.Join('|', run.EnumerateObject().Where(member => member.Name != "seconds").Select(member => $"{member.Name}={member.Value.GetRawText()}")),
            Data = string.Join('|', root.GetProperty("files").EnumerateArray().Select(one => Text(one, "sha256"))),
            Headline = ReadFigure(root.GetProperty("headline")),
            Figures = [.. root.GetProperty("metrics").EnumerateArray().Select(ReadFigure)],
            Subjects = [.. root.GetProperty("subjects").EnumerateArray().Select(ReadFigure)],
            Total = items.GetProperty("total").GetInt64(),
            Answered = items.GetProperty("answered").GetInt64(),
            Digest = digest,
        };
    }

    private static Figure ReadFigure(JsonElement figure)
    {
        var name = Text(figure, "name");
        if (!figure.TryGetProperty("value", out var value))
        {
            return new Figure(name, Finding.Missing("undefined: " + Text(figure, "undefined")));
        }

        var unit = Text(figure, "unit") switch { "share" => MetricUnit.Share, "points" => MetricUnit.Points, "count" => MetricUnit.Count, _ => MetricUnit.Number };
        var hasInterval = figure.TryGetProperty("low", out var low);
        var measurement = new Measurement(
            value.GetDouble(),
            hasInterval ? low.GetDouble() : null,
            hasInterval ? figure.GetProperty("high").GetDouble() : null,
            hasInterval ? figure.GetProperty("confidence").GetDouble() : null,
            unit,
            figure.GetProperty("items").GetInt64());
        var isShare = unit == MetricUnit.Share;
        return new Figure(name, new Finding(
            measurement,
            "",
            Text(figure, "direction") == "lower" ? ScoreDirection.LowerIsBetter : ScoreDirection.HigherIsBetter,
            isShare ? 0 : double.NegativeInfinity,
            isShare ? 1 : double.PositiveInfinity));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null.");

    private static EvaluationException Fault(string found, string file, Exception? cause) => new(
        "EVA0123", $"Reading the result of a benchmark failed: {found} File: {file}. Expected the benchmark.json that 'gyre benchmark run --out DIR' leaves, or its folder; check the path, or run the benchmark again.", cause);

    /// <summary>A number with its name.</summary>
    internal sealed record Figure(string Name, Finding Finding);
}
