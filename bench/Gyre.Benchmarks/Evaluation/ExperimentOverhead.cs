using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gyre.Benchmarks.Tensors;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Scorers;

namespace Gyre.Benchmarks.Evaluation;

/// <summary>
/// Verb <c>experiment</c>: everything of an experiment but its models, a row, and the greatest memory of the process. The
/// candidates answer at once; replies, rows and reports are written to a folder as <c>gyre eval --out</c> does.
/// </summary>
internal static class ExperimentOverhead
{
    private static readonly string[] Scorers = ["exact-match", "contains", "rouge-l", "levenshtein"];

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "rows", "resamples", "parallelism", "runs", "folder", "out");
        var rows = options.Numbers("rows", "500000")[0];
        var resamples = options.Numbers("resamples", "5000")[0];
        var folder = options.Text("folder", "") is { Length: > 0 } given ? Directory.CreateDirectory(given).FullName : Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        try
        {
            var path = Path.Combine(folder, "dataset.jsonl");
            WriteDataset(path, rows);
            var table = new StringBuilder();
            table.AppendLine(CultureInfo.InvariantCulture, $"{rows} rows, 2 candidates that answer at once, scorers {string.Join(", ", Scorers)}, {resamples} resamples, {options.Text("parallelism", "1")} row(s) in flight; replies, rows and reports kept. Machine: {Alternation.Machine()}.");
            table.AppendLine().AppendLine("| part | seconds | ms a row | processor ms a row | greatest memory so far, MB |").AppendLine("|---|---|---|---|---|");
            table.AppendLine(CultureInfo.InvariantCulture, $"| (before: {Path.GetFileName(path)} written) | | | | {PeakMegabytes():0} |");
            var (whole, wholeCpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            DatasetFile? dataset = null;
            Measure("open the dataset", () => dataset = DatasetFile.Open(path, new DatasetColumns { Facts = new Dictionary<string, string> { ["first"] = "first", ["second"] = "second" } }));
            for (var run = 1; run <= options.Numbers("runs", "1")[0]; run++)
            {
                using var replies = ReplyCache.Open(Path.Combine(folder, "replies.jsonl"));
                var plan = new ExperimentPlan
                {
                    Name = "overhead",
                    Dataset = dataset!, // Opened above.
                    Candidates = [new GivenAnswer("first"), new GivenAnswer("second")],
                    Scorers = [.. Scorers.Select(scorer => new ScorerPlan(ScorerCatalogue.Find(scorer)!))], // All are in the catalogue.
                    Parallelism = options.Numbers("parallelism", "1")[0],
                    Replies = replies,
                    RowsPath = Path.Combine(folder, ReportFolder.RowsName),
                    Comparison = new() { Resamples = resamples },
                };
                ExperimentResult? result = null;
                var (rowsEnd, rowsPeak) = (TimeSpan.Zero, 0.0);
                var start = Stopwatch.GetTimestamp();
                Measure(
                    $"run {run}: rows and statistics{(run > 1 ? ", every reply kept" : "")}",
                    () => result = new ExperimentRun(plan).RunAsync(new LastReport(() => (rowsEnd, rowsPeak) = (Stopwatch.GetElapsedTime(start), PeakMegabytes()), rows)).GetAwaiter().GetResult());
                table.AppendLine(CultureInfo.InvariantCulture, $"| of which rows | {rowsEnd.TotalSeconds:0.0} | {rowsEnd.TotalMilliseconds / rows:0.000} | | {rowsPeak:0} |");
                Measure("reports", () => ReportFolder.Write(folder, result!)); // Run above.
                if (run == 1)
                {
                    table.AppendLine(CultureInfo.InvariantCulture, $"| **whole** | {Stopwatch.GetElapsedTime(whole).TotalSeconds:0.0} | {Stopwatch.GetElapsedTime(whole).TotalMilliseconds / rows:0.000} | {(Environment.CpuUsage.TotalTime - wholeCpu).TotalMilliseconds / rows:0.000} | {PeakMegabytes():0} |");
                }
            }

            var memory = GC.GetGCMemoryInfo();
            table.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Collections {GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)}, heap at the last one {memory.HeapSizeBytes >> 20} MB, committed {memory.TotalCommittedBytes >> 20} MB.");
            table.AppendLine().AppendLine($"Load after: {Alternation.Load()}.");
            options.Write(table.ToString());
            return 0;

            void Measure(string part, Action action)
            {
                var (start, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                action();
                var (elapsed, used) = (Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
                table.AppendLine(CultureInfo.InvariantCulture, $"| {part} | {elapsed.TotalSeconds:0.0} | {elapsed.TotalMilliseconds / rows:0.000} | {used.TotalMilliseconds / rows:0.000} | {PeakMegabytes():0} |");
            }
        }
        finally
        {
            if (options.Text("folder", "").Length == 0)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    // As Linux counts it: VmHWM, the most that was resident at once.
    private static double PeakMegabytes() =>
        double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    private static void WriteDataset(string path, int rows)
    {
        using var file = new StreamWriter(path);
        foreach (var (sample, i) in MetricsComparison.Draw(rows, (8, 24), 1).Select((sample, i) => (sample, i)))
        {
            file.WriteLine(JsonSerializer.Serialize(new
            {
                id = $"row-{i}",
                prompt = $"Describe article {i} of the catalogue in one sentence for the page of the shop.",
                reference = sample.References[0],
                first = sample.Candidate,
                second = i % 3 == 0 ? sample.References[0] : sample.Candidate,
            }));
        }
    }

    private sealed class GivenAnswer(string fact) : ICandidate
    {
        public string Name => fact;

        public string Digest => $"given-{fact}";

        public Task<Reply> AnswerAsync(Gyre.Contracts.DatasetRow row, int sample, CancellationToken cancellationToken) =>
            Task.FromResult(new Reply(row.Facts[fact], TimeSpan.FromMilliseconds(1), 20, 16, "stop"));
    }

    private sealed class LastReport(Action atEnd, long rows) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value)
        {
            if (value.Done == rows)
            {
                atEnd();
            }
        }
    }
}
