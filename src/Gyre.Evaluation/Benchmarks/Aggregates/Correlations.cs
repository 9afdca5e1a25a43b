using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks.Aggregates;

/// <summary>How numbers that a model wrote go with those that people gave.</summary>
internal static class Correlations
{
    private const string Found = "number";
    private const string Wanted = "number-wanted";

    /// <summary>Pearson's r.</summary>
    public static IMetric<BenchmarkOutcome> Pearson { get; } = Make("pearson", "Pearson 1895; scipy.stats.pearsonr", outcome => (outcome.Values[Found], outcome.Values[Wanted]));

    /// <summary>Spearman's ρ: r of the ranks among given outcomes, equal numbers having the mean of their ranks.</summary>
    public static IMetric<BenchmarkOutcome> Spearman(string name, IReadOnlyList<BenchmarkOutcome> outcomes)
    {
        var defined = outcomes.Where(outcome => Fault(outcome) is null).ToList();
        var found = Ranks(defined, outcome => outcome.Values[Found]);
        var wanted = Ranks(defined, outcome => outcome.Values[Wanted]);
        return Make(name, "Spearman 1904; scipy.stats.spearmanr", outcome => (found[outcome.Id], wanted[outcome.Id]));
    }

    private static Undefined? Fault(BenchmarkOutcome outcome) => BenchmarkMetrics.TryValue(outcome, Found, out _, out var reason) ? null : reason;

    private static Dictionary<string, double> Ranks(List<BenchmarkOutcome> outcomes, Func<BenchmarkOutcome, double> value)
    {
        var ranks = new Dictionary<string, double>(StringComparer.Ordinal);
        var before = 0;
        foreach (var equal in outcomes.GroupBy(value).OrderBy(group => group.Key))
        {
            var ids = equal.Select(outcome => outcome.Id).ToList();
            ids.ForEach(id => ranks[id] = before + ((ids.Count + 1) / 2.0));
            before += ids.Count;
        }

        return ranks;
    }

    private static SumsMetric<BenchmarkOutcome> Make(string name, string source, Func<BenchmarkOutcome, (double X, double Y)> pair) => new(
        name,
        new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, -1, 1, source),
        5,
        (outcome, sums) =>
        {
            if (Fault(outcome) is { } fault)
            {
                return fault;
            }

            var (x, y) = pair(outcome);
            (sums[0], sums[1], sums[2], sums[3], sums[4]) = (x, y, x * x, y * y, x * y);
            return null;
        },
        (sums, count) =>
        {
            var (x, y) = (sums[2] - (sums[0] * sums[0] / count), sums[3] - (sums[1] * sums[1] / count));
            return x <= 1e-12 * Math.Abs(sums[2]) || y <= 1e-12 * Math.Abs(sums[3])
                ? MetricValue.Undefined(UndefinedCause.ZeroDenominator, "all numbers of one side are equal")
                : MetricValue.Of(Math.Clamp((sums[4] - (sums[0] * sums[1] / count)) / Math.Sqrt(x * y), -1, 1));
        });
}
