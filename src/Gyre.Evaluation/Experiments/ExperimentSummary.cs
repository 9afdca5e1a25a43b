using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Experiments;

/// <summary>Makes the tables of an experiment from its statistics.</summary>
internal static class ExperimentSummary
{
    private const double Power = 0.8;

    public static ExperimentResult Summarize(ExperimentPlan plan, ScoreTable[] tables, CandidateTally[] tallies, long rows, CancellationToken cancellationToken)
    {
        var parts = tables.SelectMany((table, index) => table.Parts().Select(part => (Table: table, Index: index, part.Segment, part.Candidates))).ToArray();
        var baseline = plan.Candidates.Select(candidate => candidate.Name).ToList().IndexOf(plan.BaselineName);
        var cells = new List<ExperimentCell>();
        var comparisons = new List<ExperimentComparison>();
        foreach (var segment in parts.Select(part => part.Segment).Distinct(StringComparer.Ordinal))
        {
            var found = new List<ExperimentComparison>();
            foreach (var (table, _, _, candidates) in parts.Where(part => part.Segment == segment))
            {
                for (var i = 0; i < candidates.Length; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    cells.Add(CellOf(plan, table, segment, i, candidates[i], cancellationToken));
                    if (i != baseline)
                    {
                        found.Add(CompareOf(plan, table, segment, i, candidates[i], candidates[baseline], cancellationToken));
                    }
                }
            }

            comparisons.AddRange(Correct(found));
        }

        var result = new ExperimentResult(
            plan.Name, plan.Dataset.Name, plan.Dataset.Digest, plan.Dataset.Provenance, rows, plan.BaselineName, [.. tallies.Select(tally => tally.Summarize())], cells, comparisons)
        {
            Metrics = [.. plan.Scorers.Select(planned => new ExperimentMetric(planned.Scorer.Name, planned.Task, planned.Scorer.Form, planned.Threshold, planned.Tolerance) { Effect = planned.Effect })],
            Comparison = plan.Comparison with { Threads = 0 }, // Results do not depend on the threads, so they do not name them.
            Remarks = [.. plan.Scorers.Select(planned => planned.Scorer).OfType<IRemarkingScorer>().Distinct().SelectMany(scorer => scorer.Remarks(plan.Comparison, cancellationToken))],
            Gates = [.. plan.Candidates.Where(candidate => candidate.Name != plan.BaselineName).SelectMany(candidate => GatesOf(plan, tables, candidate.Name, cancellationToken))],
        };
        return plan.DecidesBy is { } by
            ? result with { Choice = ChoiceRule.Choose(plan, result, tables.First(table => (table.Plan.Scorer.Name, table.Plan.Task) == by), cancellationToken) }
            : result;
    }

    private static IEnumerable<GateCheck> GatesOf(ExperimentPlan plan, ScoreTable[] tables, string candidate, CancellationToken cancellationToken)
    {
        var names = plan.Candidates.Select(known => known.Name).ToList();
        var (second, first) = (names.IndexOf(candidate), names.IndexOf(plan.BaselineName));
        var checks = new List<GateCheck>();
        foreach (var table in tables.Where(table => table.Plan.Tolerance is not null))
        {
            var candidates = table.Parts().First().Candidates;
            var tolerance = table.Plan.Tolerance!.Value; // Filtered just now.
            var finding = RegressionTest.Run(
                candidates[first], candidates[second], table.Combine, table.Plan.Scorer.Form.Direction, tolerance, plan.Comparison, cancellationToken);
            checks.Add(new GateCheck(table.Plan.Scorer.Name, table.Plan.Task, candidate, plan.BaselineName, tolerance, finding, null, GateVerdict.NotShown));
        }

        var adjusted = MultipleComparisons.Holm([.. checks.Where(check => check.Finding.PValue is not null).Select(check => check.Finding.PValue!.Value)]); // As above.
        var next = 0;
        return checks.Select(check => check.Finding.PValue is null ? check : check with
        {
            AdjustedPValue = adjusted[next],
            Verdict = adjusted[next++] <= 1 - plan.Comparison.Confidence ? GateVerdict.Failed : GateVerdict.Passed,
        }).ToArray();
    }

    private static ExperimentCell CellOf(ExperimentPlan plan, ScoreTable table, string segment, int candidate, SampleStatistics samples, CancellationToken cancellationToken)
    {
        var (value, interval, defined) = SampleInterval.Of(samples, table.Combine, plan.Comparison, cancellationToken);
        var undefined = samples.Count - defined;
        var isMet = segment.Length == 0 && table.Plan.Threshold is { } threshold
            ? value.IsDefined && undefined == 0 && (table.Plan.Scorer.Form.Direction == ScoreDirection.HigherIsBetter ? value.Number >= threshold : value.Number <= threshold)
            : (bool?)null;
        return new ExperimentCell(
            table.Plan.Scorer.Name,
            table.Plan.Task,
            segment,
            plan.Candidates[candidate].Name,
            defined,
            undefined,
            value,
            interval,
            undefined == 0 ? "" : table.CommonestReason(candidate),
            isMet);
    }

    private static ExperimentComparison CompareOf(
        ExperimentPlan plan, ScoreTable table, string segment, int candidate, SampleStatistics samples, SampleStatistics baseline, CancellationToken cancellationToken)
    {
        var comparison = PairedComparison.Compare(baseline, samples, table.Combine, plan.Comparison, cancellationToken);
        double? least = comparison is { EffectSize: { } effect, Difference.IsDefined: true, Pairs: >= 2 } && effect != 0
            ? SampleSizes.MinimumDetectableEffect(comparison.Pairs, Math.Abs(comparison.Difference.Number / effect), 1 - plan.Comparison.Confidence, Power)
            : null;
        return new ExperimentComparison(
            table.Plan.Scorer.Name, table.Plan.Task, segment, plan.Candidates[candidate].Name, plan.BaselineName, comparison, null, least);
    }

    private static IEnumerable<ExperimentComparison> Correct(List<ExperimentComparison> found)
    {
        var adjusted = MultipleComparisons.Holm([.. found.Where(item => item.Comparison.PValue is not null).Select(item => item.Comparison.PValue!.Value)]); // Filtered just now.
        var next = 0;
        return found.Select(item => item.Comparison.PValue is null ? item : item with { AdjustedPValue = adjusted[next++] }).ToArray();
    }
}
