using Gyre.Evaluation;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Training.Reports;

/// <summary>What one model did on the rows of one task: statistics a row for each measure.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="IsTrained">Whether the job trains it.</param>
/// <param name="Measures">By the measure's name: the rows' statistics, how they are put together, and which way is better.</param>
internal sealed record TaskScores(string Task, bool IsTrained, IReadOnlyDictionary<string, (SampleStatistics Rows, MetricCombiner Combine, ScoreDirection Direction)> Measures)
{
    public const string Perplexity = "perplexity";

    /// <summary>exp of the negative log-likelihood a token over all rows.</summary>
    public static MetricValue CombinePerplexity(ReadOnlySpan<double> sums, long count) =>
        sums[1] > 0 ? MetricValue.Of(Math.Exp(Math.Min(700, sums[0] / sums[1]))) : MetricValue.Undefined(UndefinedCause.MissingInput, "no tokens");

    /// <summary>Compares two models on the same rows.</summary>
    public static IReadOnlyList<TaskOutcome> Compare(IReadOnlyList<TaskScores> before, IReadOnlyList<TaskScores> after, ulong seed, double confidence)
    {
        var outcomes = new List<TaskOutcome>();
        foreach (var (first, second) in before.Zip(after))
        {
            foreach (var (measure, (rows, combine, direction)) in first.Measures)
            {
                var comparison = PairedComparison.Compare(rows, second.Measures[measure].Rows, combine, new ComparisonOptions { Seed = seed, Confidence = confidence });
                outcomes.Add(new TaskOutcome(
                    first.Task,
                    first.IsTrained,
                    measure,
                    direction == ScoreDirection.HigherIsBetter,
                    comparison.Pairs,
                    Number(comparison.First),
                    Number(comparison.Second),
                    Number(comparison.Difference),
                    comparison.Interval?.Low,
                    comparison.Interval?.High,
                    comparison.Difference.Reason?.Detail ?? ""));
            }
        }

        return outcomes;
    }

    private static double? Number(MetricValue value) => value.IsDefined ? value.Number : null;
}
