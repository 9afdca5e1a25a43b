using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Scorers;
using Gyre.Evaluation.Statistics;
using Gyre.Evaluation.Tests.Experiments;

namespace Gyre.Evaluation.Tests.Reports;

/// <summary>Experiments that were really run, with scripted candidates.</summary>
internal static class SampleExperiment
{
    /// <summary>Text that breaks out of what does not escape it: tags, quotes, NUL, an escape sequence, right-to-left and its override, half a character's pair, a very long word.</summary>
    public static readonly string Hostile = "</script><script>window.broken=1</script><img src=x onerror=\"window.broken=2\">'\"`|@team\0\u001B[31m\u202Eשלום עולם \uFFFE" + new string('w', 400);

    /// <summary>Four candidates: the baseline, one clearly better and dearer, one that is as good, one worse with failed calls.</summary>
    public static Task<ExperimentResult> FourAsync(string? rowsPath = null, int rows = 240) => RunAsync(
        Rows(rows),
        rowsPath,
        Candidate("default", 0.70, (0.2m, 0.6m)),
        Candidate("few-shot", 0.86, (0.4m, 1.2m), 1.8),
        Candidate("retrieval, with a rather long name", 0.71, (0.3m, 0.9m), 1.3),
        new ScriptedCandidate("small", row => row.Id.EndsWith("17", StringComparison.Ordinal) ? throw new InvalidOperationException("the model is away") : Write(row, "small", 0.5)) { PricePerMillion = (0.05m, 0.1m), Pace = 0.4 });

    public static async Task<ExperimentResult> RunAsync(IReadOnlyList<DatasetRow> rows, string? rowsPath, params ICandidate[] candidates) => await new ExperimentRun(new ExperimentPlan
    {
        Name = "stylesprint",
        Dataset = new RowDataset("shop", rows, "the shop's corpus, seed 4"),
        Candidates = candidates,
        Scorers =
        [
            new ScorerPlan(new ExactMatchScorer()) { Threshold = 0.6, Tolerance = 0.02 },
            new ScorerPlan(new LengthScorer()),
            new ScorerPlan(new RefusedScorer()),
        ],
        Segments = [new SegmentKey("task"), new SegmentKey("season")],
        Parallelism = 4,
        RowsPath = rowsPath,
        Comparison = new ComparisonOptions { Resamples = 400, Seed = 11 },
    }).RunAsync(cancellationToken: TestContext.Current.CancellationToken);

    public static DatasetRow[] Rows(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new DatasetRow(
            $"item-{i}",
            i % 3 == 0 ? "describe" : i % 3 == 1 ? "extract" : "answer",
            $"Write a friendly product description.\nName: Marlow Shirt {i}\nColour: deep navy\nMaterial: washed linen\nSeason: warm summer",
            $"The Marlow Shirt {i} is cut from washed linen in deep navy. Wear it in warm summer.",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["season"] = i % 4 == 0 ? "warm summer" : "cold winter" },
            "",
            "")),
    ];

    public static ScriptedCandidate Candidate(string name, double right, (decimal, decimal) price, double pace = 1) =>
        new(name, row => Write(row, name, right)) { PricePerMillion = price, Pace = pace };

    private static string Write(DatasetRow row, string name, double right)
    {
        var draw = new SeededRandom(5).Fork(name + row.Id).NextDouble();
        return draw < right ? row.Reference : row.Reference[..(int)(row.Reference.Length * draw)] + " You will love it.";
    }

    /// <summary>Characters an answer; less is better.</summary>
    private sealed class LengthScorer : IScorer
    {
        public string Name => "length";

        public MetricForm Form { get; } = new(ScoreDirection.LowerIsBetter, MetricUnit.Count, 0, double.PositiveInfinity, "these tests");

        public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) => ValueTask.FromResult(Score.OfNumber(output.Length));
    }

    /// <summary>Has a value for no row.</summary>
    private sealed class RefusedScorer : IScorer
    {
        public string Name => "refused";

        public MetricForm Form { get; } = MetricForm.Share("these tests");

        public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) => ValueTask.FromResult(Score.Undefined("the row has no question that may be refused"));
    }
}
