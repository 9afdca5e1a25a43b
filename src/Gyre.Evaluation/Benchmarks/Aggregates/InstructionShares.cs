using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks.Aggregates;

/// <summary>Shares of instructions that were followed, and of prompts all of whose instructions were.</summary>
/// <remarks>Source: Zhou et al. 2023 (IFEval).</remarks>
internal static class InstructionShares
{
    private const string All = "instructions";

    /// <summary>A share.</summary>
    /// <param name="name">The stable name.</param>
    /// <param name="ofPrompts">True for prompts, false for single instructions.</param>
    /// <param name="followed">The value that counts what was followed.</param>
    public static IMetric<BenchmarkOutcome> Make(string name, bool ofPrompts, string followed) => new SumsMetric<BenchmarkOutcome>(
        name,
        MetricForm.Share("Zhou et al. 2023"),
        2,
        (outcome, sums) =>
        {
            if (!BenchmarkMetrics.TryValue(outcome, All, out var all, out var reason) || !BenchmarkMetrics.TryValue(outcome, followed, out var done, out reason))
            {
                return reason;
            }

            (sums[0], sums[1]) = ofPrompts ? (done >= all ? 1 : 0, 1) : (done, all);
            return null;
        },
        (sums, _) => MetricValue.Ratio(sums[0], sums[1], "no instruction was given"));
}
