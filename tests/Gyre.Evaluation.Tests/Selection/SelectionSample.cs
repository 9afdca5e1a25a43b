using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Selection;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Tests.Selection;

/// <summary>Recipes and evidence with numbers chosen so that results can be worked out by hand.</summary>
internal static class SelectionSample
{
    public const string Recipe = """
        name: writer
        use_case: Write descriptions.
        decided_by: Owner
        candidates:
          - {name: a, model: m-a, price: {input: 1, output: 2}, openness: {weights: open, licence: permissive, licence_name: MIT, data: open, code: partial, source: card}}
          - {name: b, model: m-b, openness: {weights: closed, licence: proprietary, data: none, code: none, source: site}}
        evidence:
          - {name: shop, result: run}
        serving: {context_tokens: 512, parallel: 2, machine_price_per_hour: 3.6}
        limits: {p95_seconds: 3, memory_mib: 100, cost_per_thousand: 5, context_tokens: 256}
        objectives:
          - {name: right, weight: 3, evidence: shop, metric: exact-match}
          - {name: quick, weight: 1, measure: median_seconds, scale: {worst: 2, best: 0}}
        """;

    /// <summary>An experiment of 100 rows; the difference of the two is paired with <paramref name="pairedHalf"/> to either side.</summary>
    public static ExperimentResult Experiment(double a, double b, double half = 0.05, double? pairedHalf = 0.02, double medianA = 1, double medianB = 0.5) => new(
        "shop", "rows", new string('d', 64), "made here", 100, "a",
        [Calls("a", medianA), Calls("b", medianB)],
        [Cell("a", a, half), Cell("b", b, half)],
        pairedHalf is { } paired
            ? [new ExperimentComparison("exact-match", null, "", "b", "a", new Comparison(100, 0, MetricValue.Of(a), MetricValue.Of(b), MetricValue.Of(b - a), new Interval(b - a - paired, b - a + paired, 0.95, "bootstrap"), 0.01, null), 0.01, null)]
            : [])
    {
        Metrics = [new ExperimentMetric("exact-match", null, MetricForm.Share("here"), null, null)],
        Comparison = new ComparisonOptions(),
    };

    public static SelectionResult Decide(string recipe, ExperimentResult experiment, double? memoryB = 50)
    {
        var read = SelectionRecipe.Parse(recipe);
        var evidence = new SelectionEvidence(read);
        evidence.AddExperiment("shop", experiment, "run/result.json", new string('e', 64));
        return ModelSelection.Decide(read, evidence, new Dictionary<string, CandidateFacts>
        {
            ["a"] = new(80, "estimate", 512, "read", "digest-a"),
            ["b"] = new(memoryB, memoryB is null ? "no files" : "stated", 300, "stated"),
        });
    }

    private static CandidateSummary Calls(string name, double median) => new(name, "digest-" + name, 100, 0, 0, 50_000, 10_000, null, median, median * 2, 0);

    private static ExperimentCell Cell(string name, double value, double half) => new("exact-match", null, "", name, 100, 0, MetricValue.Of(value), new Interval(value - half, value + half, 0.95, "wilson"), "", null);
}
