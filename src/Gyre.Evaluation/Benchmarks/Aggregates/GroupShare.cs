using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks.Aggregates;

/// <summary>The share of groups of which every item is right (MultiRC's exact match of a question).</summary>
internal static class GroupShare
{
    /// <summary>The metric of given outcomes: the first item of a group stands for all of it.</summary>
    public static IMetric<BenchmarkOutcome> Make(
        string name, IReadOnlyList<BenchmarkOutcome> outcomes, Func<BenchmarkOutcome, Undefined?> fault, Func<BenchmarkOutcome, bool> isRight)
    {
        var groups = outcomes.GroupBy(Key, StringComparer.Ordinal).ToDictionary(
            group => group.Key,
            group => (First: group.First().Id, Reason: group.Select(fault).FirstOrDefault(reason => reason is not null), IsRight: group.All(isRight)),
            StringComparer.Ordinal);
        return new SumsMetric<BenchmarkOutcome>(
            name,
            MetricForm.Share("Khashabi et al. 2018: all answers of a question are judged right"),
            2,
            (outcome, sums) =>
            {
                if (!groups.TryGetValue(Key(outcome), out var group))
                {
                    return new Undefined(UndefinedCause.MissingInput, "the group is none of the run");
                }

                var isFirst = group.First == outcome.Id;
                (sums[0], sums[1]) = isFirst ? (group.IsRight ? 1 : 0, 1) : (0, 0);
                return group.Reason;
            },
            (sums, _) => MetricValue.Ratio(sums[0], sums[1], "no group has a result"));
    }

    private static string Key(BenchmarkOutcome outcome) => outcome.Group.Length > 0 ? outcome.Group : outcome.Id;
}
