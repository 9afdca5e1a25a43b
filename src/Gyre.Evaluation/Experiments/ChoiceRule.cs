using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Experiments;

/// <summary>Chooses a candidate; the rule stands at <see cref="ExperimentChoice"/>.</summary>
internal static class ChoiceRule
{
    public static ExperimentChoice Choose(ExperimentPlan plan, ExperimentResult result, ScoreTable table, CancellationToken cancellationToken)
    {
        var (scorer, task) = (table.Plan.Scorer.Name, table.Plan.Task);
        var excluded = plan.Candidates.Select(candidate => ExclusionOf(candidate.Name, result, scorer, task)).OfType<ChoiceExclusion>().ToArray();
        string[] names = [.. plan.Candidates.Select(candidate => candidate.Name)];
        string[] eligible = [.. names.Where(name => excluded.All(item => item.Candidate != name))];
        if (eligible.Length == 0)
        {
            return new ExperimentChoice(scorer, task, null, ChoiceGround.NoneMayBeChosen, [], excluded);
        }

        var sign = table.Plan.Scorer.Form.Direction == ScoreDirection.HigherIsBetter ? 1 : -1;
        var best = eligible.MaxBy(name => sign * ValueOf(result, scorer, task, name))!; // There is at least one.
        string[] alike = [.. Alike(plan, table, [.. eligible.Where(name => name != best)], best, sign, cancellationToken)];
        if (alike.Length == 0)
        {
            return new ExperimentChoice(scorer, task, best, plan.BaselineName == best && names.Length > 1 ? ChoiceGround.BaselineStays : ChoiceGround.Best, [], excluded);
        }

        string[] equals = [.. names.Where(name => name == best || alike.Contains(name))];
        if (equals.Contains(plan.BaselineName))
        {
            return Of(plan.BaselineName, ChoiceGround.BaselineStays);
        }

        var costs = equals.ToDictionary(name => name, name => CostOf(result, name), StringComparer.Ordinal);
        return costs.Values.All(cost => cost is not null) ? Of(equals.MinBy(name => costs[name])!, ChoiceGround.CheapestOfAlike) : Of(best, ChoiceGround.BestByValue); // There are at least two.

        ExperimentChoice Of(string chosen, ChoiceGround ground) => new(scorer, task, chosen, ground, [.. equals.Where(name => name != chosen)], excluded);
    }

    private static ChoiceExclusion? ExclusionOf(string name, ExperimentResult result, string scorer, string? task)
    {
        if (result.Candidates.First(candidate => candidate.Name == name).Failed is var failed && failed > 0)
        {
            return new ChoiceExclusion(name, $"{failed} of its calls failed");
        }

        if (result.Cells.FirstOrDefault(cell => cell.Candidate == name && cell.IsMet is false) is { } missed)
        {
            return new ChoiceExclusion(name, $"it misses the demand on {Name(missed.Scorer, missed.Task)}");
        }

        if (result.Gates.FirstOrDefault(gate => gate.Candidate == name && gate.Verdict != GateVerdict.Passed) is { } gate)
        {
            return new ChoiceExclusion(name, gate.Verdict == GateVerdict.Failed ? $"{Name(gate.Scorer, gate.Task)} is worse than the baseline's beyond its tolerance" : $"{Name(gate.Scorer, gate.Task)} could not be held against the baseline's");
        }

        return result.Cells.Any(cell => cell.Segment.Length == 0 && cell.Scorer == scorer && cell.Task == task && cell.Candidate == name && cell.Value.IsDefined)
            ? null
            : new ChoiceExclusion(name, $"{Name(scorer, task)} has no value");
    }

    /// <summary>The others that the best was not shown to be better than.</summary>
    private static IEnumerable<string> Alike(ExperimentPlan plan, ScoreTable table, string[] others, string best, int sign, CancellationToken cancellationToken)
    {
        var samples = table.Parts().First().Candidates;
        var names = plan.Candidates.Select(candidate => candidate.Name).ToList();
        var comparisons = others.Select(other => PairedComparison.Compare(samples[names.IndexOf(other)], samples[names.IndexOf(best)], table.Combine, plan.Comparison, cancellationToken)).ToArray();
        var adjusted = MultipleComparisons.Holm([.. comparisons.Select(comparison => comparison.PValue ?? 1)]);
        return others.Where((_, i) => !(comparisons[i].Difference.IsDefined && sign * comparisons[i].Difference.Number > 0 && adjusted[i] <= 1 - plan.Comparison.Confidence));
    }

    private static double ValueOf(ExperimentResult result, string scorer, string? task, string name) =>
        result.Cells.First(cell => cell.Segment.Length == 0 && cell.Scorer == scorer && cell.Task == task && cell.Candidate == name).Value.Number;

    private static decimal? CostOf(ExperimentResult result, string name)
    {
        var candidate = result.Candidates.First(known => known.Name == name);
        return candidate.Cost / Math.Max(1, candidate.Rows);
    }

    private static string Name(string scorer, string? task) => task is null ? scorer : $"{scorer} ({task})";
}
