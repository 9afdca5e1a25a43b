using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Scorers;
using Gyre.Evaluation.Statistics;
using Gyre.Registry.Experiments;
using Gyre.Server.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Gyre.Server.Tests.Experiments;

/// <summary>Runs with real files, recorded in the store of a test's server.</summary>
internal sealed class RecordedRuns(TestServer server)
{
    public static readonly string Hostile = "</script><script>window.broken=1</script><img src=x onerror=\"window.broken=2\">'\"`|\u001B[31m\u202Eשלום עולם " + new string('w', 400);

    private readonly string _root = Directory.CreateDirectory(Path.Combine(server.Folder, "runs")).FullName;

    public ExperimentStore Store => server.Host.Services.GetRequiredService<ExperimentStore>();

    /// <summary>An experiment that was really run: the baseline, one clearly better, one worse with failed calls.</summary>
    public async Task<ExperimentEntry> ExperimentAsync(string name = "stylesprint", int rows = 60, double better = 0.95, string? traceOfFirst = null, int datasetSeed = 0)
    {
        var folder = Path.Combine(_root, name);
        var result = await new ExperimentRun(new ExperimentPlan
        {
            Name = name,
            Dataset = new RowDataset("shop", Rows(rows, datasetSeed), "the shop's corpus"),
            Candidates =
            [
                new Scripted("default", 0.6, (0.2m, 0.6m), 1),
                new Scripted("few-shot", better, (0.4m, 1.2m), 1.7),
                new Scripted("small", 0.3, (0.05m, 0.1m), 0.5) { FailsOn = "item-17" },
            ],
            Scorers = [new ScorerPlan(new ExactMatchScorer()) { Threshold = 0.5, Tolerance = 0.02 }, new ScorerPlan(new LengthScorer())],
            Segments = [new SegmentKey("task"), new SegmentKey("season")],
            RowsPath = Path.Combine(folder, ReportFolder.RowsName),
            Comparison = new ComparisonOptions { Resamples = 400, Seed = 11 },
        }).RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        if (traceOfFirst is not null)
        {
            var path = Path.Combine(folder, ReportFolder.RowsName);
            var lines = await File.ReadAllLinesAsync(path);
            lines[0] = lines[0].Replace("\"default\":{", $"\"default\":{{\"trace\":{JsonSerializer.Serialize(traceOfFirst)},", StringComparison.Ordinal).Replace("\"few-shot\":{", "\"few-shot\":{\"trace\":\"eval_gone\",", StringComparison.Ordinal);
            await File.WriteAllLinesAsync(path, lines);
        }

        return await RecordAsync(folder, result);
    }

    /// <summary>Names and texts that would do harm if they were not shown as text.</summary>
    public async Task<ExperimentEntry> HostileAsync()
    {
        var folder = Path.Combine(_root, "hostile");
        DatasetRow[] rows = [new(Hostile, Hostile, Hostile, Hostile, new Dictionary<string, string>(StringComparer.Ordinal), "", ""), .. Rows(3, 0)];
        var result = await new ExperimentRun(new ExperimentPlan
        {
            Name = Hostile,
            Dataset = new RowDataset(Hostile, rows, Hostile),
            Candidates = [new Scripted(Hostile, 0, (1, 1), 1) { Text = "plain" }, new Scripted("other " + Hostile, 0, (1, 1), 1) { Text = Hostile + "\nplain" }],
            Scorers = [new ScorerPlan(new ExactMatchScorer()), new ScorerPlan(new LengthScorer())],
            Segments = [new SegmentKey("task")],
            RowsPath = Path.Combine(folder, ReportFolder.RowsName),
            Comparison = new ComparisonOptions { Resamples = 200 },
        }).RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        return await RecordAsync(folder, result);
    }

    /// <summary>An experiment of many rows, written without running it: in every third row <c>b</c> is worse than <c>a</c>, by a share that grows with the row's number.</summary>
    public async Task<ExperimentEntry> LargeAsync(int rows, int padding = 300)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "large")).FullName;
        var form = MetricForm.Share("these tests");
        var text = new string('p', padding);
        await using (var writer = new StreamWriter(Path.Combine(folder, ReportFolder.RowsName)))
        {
            for (var i = 1; i <= rows; i++)
            {
                var second = i % 3 == 0 ? 0.9 - (0.8 * i / rows) : 0.9;
                await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"item-{i}\",\"task\":\"t{i % 5}\",\"prompt\":\"{text}\",\"reference\":\"\",\"candidates\":{{\"a\":{{\"output\":\"x {i}\",\"milliseconds\":1.5,\"scores\":{{\"s\":{{\"value\":0.9}}}}}},\"b\":{{\"output\":\"needle{i} y\",\"milliseconds\":2,\"scores\":{{\"s\":{{\"value\":{second}}}}}}}}}}}"));
            }
        }

        var result = new ExperimentResult("large", "rows", "d" + rows, "generated", rows, "a", [Candidate("a"), Candidate("b")], [Cell("a", 0.9), Cell("b", 0.8)], [])
        {
            Metrics = [new ExperimentMetric("s", null, form, null, null)],
            Comparison = new ComparisonOptions(),
        };
        return await RecordAsync(folder, result);

        CandidateSummary Candidate(string name) => new(name, name + "-1", rows, 0, 0, 0, 0, null, 0.0015, 0.002, 0);
        ExperimentCell Cell(string name, double value) => new("s", null, "", name, rows, 0, MetricValue.Of(value), new Interval(value - 0.01, value + 0.01, 0.95, "bootstrap"), "", null);
    }

    public async Task<ExperimentEntry> BenchmarkAsync(string model, double value, string name = "arc-challenge", long items = 100, long leftOut = 0, bool hasHelm = false, bool subjects = true)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, $"{name}-{model.GetHashCode(StringComparison.Ordinal):x}", "plain")).FullName;
        var path = Path.Combine(folder, "benchmark.json");
        var measure = new { name = "accuracy", direction = "higher", unit = "share", value, low = value - 0.05, high = value + 0.05, confidence = 0.95, method = "wilson", items };
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new
        {
            format = "gyre-benchmark-1",
            benchmark = new { name, title = "ARC Challenge", version = 1, digest = "def1", task = "choice", licence = "CC BY-SA 4.0", home = "https://example.org/arc", paper = new { title = "Think you have solved question answering?", authors = "Clark et al.", year = 2018, reference = "arXiv:1803.05457" } },
            model = new { name = model, digest = "digest-of-" + model[..1] },
            run = new { shots = 0, byGeneration = false, seed = 0, subjects = Array.Empty<string>(), seconds = 12.5 },
            items = new { total = items + leftOut, answered = items, undefined = leftOut == 0 ? [] : new Dictionary<string, long>(StringComparer.Ordinal) { ["the question does not fit the context"] = leftOut } },
            headline = measure,
            metrics = new object[] { measure, new { name = "calibration-error", direction = "lower", unit = "share", undefined = "the model gives no probabilities", items } },
            subjects = subjects ? new object[] { measure with { name = "physics", value = value - 0.1, low = value - 0.2, high = value }, measure with { name = "biology" } } : [],
            files = new[] { new { split = "test", name = "test.jsonl", bytes = 12345, sha256 = new string('a', 64) } },
        }));
        if (hasHelm)
        {
            await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(folder)!, "helm.json"), JsonSerializer.Serialize(new
            {
                format = "gyre-helm-1",
                benchmark = name,
                version = 1,
                model = new { name = model, digest = "digest-of-" + model[..1] },
                dimensions = new object[]
                {
                    new { dimension = "accuracy", measured = "accuracy", direction = "higher", value },
                    new { dimension = "calibration", measured = "calibration-error", direction = "lower", value = 0.12 },
                    new { dimension = "robustness", measured = "worst of plain, typos", direction = "higher", value = value - 0.1 },
                    new { dimension = "fairness", measured = "worst of plain, gender", direction = "higher", value },
                    new { dimension = "bias", measured = "representation of genders", direction = "lower", undefined = "this benchmark has no written answers" },
                    new { dimension = "toxicity", measured = "share of answers of 0.5 or more", direction = "lower", undefined = "this benchmark has no written answers" },
                    new { dimension = "efficiency", measured = "seconds an item", direction = "lower", value = 0.4 },
                },
            }));
        }

        return await Store.AddAsync(new ExperimentRecord
        {
            Kind = ExperimentKind.Benchmark,
            Name = name,
            Version = "1",
            Settings = "0 examples",
            StartedAt = DateTimeOffset.UtcNow.AddMinutes(-1),
            EndedAt = DateTimeOffset.UtcNow,
            Dataset = "ARC Challenge",
            DatasetDigest = "def1",
            Rows = items,
            LeftOut = leftOut,
            Passed = true,
            Folder = folder,
            File = "benchmark.json",
            FileDigest = DigestOf(path),
            Candidates = [new ExperimentCandidate(model, "digest-of-" + model[..1])],
            Figures = [new ExperimentFigure(model, "accuracy", "share", "higherIsBetter", value, value - 0.05, value + 0.05, "")],
        });
    }

    private static DatasetRow[] Rows(int count, int seed) =>
    [
        .. Enumerable.Range(0, count).Select(i => new DatasetRow(
            $"item-{i}",
            i % 3 == 0 ? "describe" : i % 3 == 1 ? "extract" : "answer",
            $"Write a friendly product description.\nName: Marlow Shirt {i + seed}\nColour: deep navy\nMaterial: washed linen\nSeason: warm summer",
            $"The Marlow Shirt {i} is cut from washed linen in deep navy. Wear it in warm summer.",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["season"] = i % 4 == 0 ? "warm summer" : "cold winter" },
            "",
            "")),
    ];

    private static string DigestOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private Task<ExperimentEntry> RecordAsync(string folder, ExperimentResult result)
    {
        var path = Path.Combine(folder, ReportFolder.ResultName);
        ResultFile.Save(path, result);
        return Store.AddAsync(new ExperimentRecord
        {
            Kind = ExperimentKind.Experiment,
            Name = result.Name,
            StartedAt = DateTimeOffset.UtcNow.AddMinutes(-3),
            EndedAt = DateTimeOffset.UtcNow,
            Dataset = result.Dataset,
            DatasetDigest = result.DatasetDigest,
            Rows = result.Rows,
            Baseline = result.Baseline,
            Passed = result.Passed,
            GateOpen = result.Gates.Count == 0 ? null : result.IsGateOpen,
            Folder = folder,
            File = ReportFolder.ResultName,
            FileDigest = DigestOf(path),
            Candidates = [.. result.Candidates.Select(candidate => new ExperimentCandidate(candidate.Name, candidate.Digest))],
            Figures = [.. result.Cells.Where(cell => cell.Segment.Length == 0).Select(cell => new ExperimentFigure(cell.Candidate, cell.Scorer, "share", "higherIsBetter", cell.Value.IsDefined ? cell.Value.Number : null, cell.Interval?.Low, cell.Interval?.High, cell.Value.IsDefined ? "" : cell.Value.Reason.Detail))],
        });
    }

    private sealed class Scripted(string name, double right, (decimal, decimal) price, double pace) : ICandidate
    {
        public string Name => name;

        public string Digest => $"{name[..Math.Min(20, name.Length)]}-{right}";

        public (decimal Input, decimal Output)? PricePerMillion => price;

        public string? FailsOn { get; init; }

        public string? Text { get; init; }

        public Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken)
        {
            if (row.Id == FailsOn)
            {
                throw new InvalidOperationException("the model is away");
            }

            var draw = new SeededRandom(5).Fork(name + row.Id).NextDouble();
            var text = Text ?? (draw < right ? row.Reference : row.Reference[..(int)(row.Reference.Length * draw)] + " You will love it.");
            return Task.FromResult(new Reply(text, TimeSpan.FromMilliseconds(row.Prompt.Length * pace), row.Prompt.Length, text.Length, "stop"));
        }
    }

    /// <summary>Characters an answer; less is better.</summary>
    private sealed class LengthScorer : IScorer
    {
        public string Name => "length";

        public MetricForm Form { get; } = new(ScoreDirection.LowerIsBetter, MetricUnit.Count, 0, double.PositiveInfinity, "these tests");

        public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) => ValueTask.FromResult(Score.OfNumber(output.Length));
    }
}
