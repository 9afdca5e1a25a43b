using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Selection;

/// <summary>Each limit of a recipe against a candidate.</summary>
internal static class LimitChecks
{
    public static IReadOnlyList<LimitCheck> Of(SelectionRecipe recipe, SelectionCandidate candidate, SelectionEvidence evidence, CandidateFacts facts)
    {
        var limits = recipe.Limits;
        var calls = evidence.CallsOf(candidate.Name);
        var checks = new List<LimitCheck>();
        if (limits.P95Seconds is { } seconds)
        {
            checks.Add(AtMost("latency (95th percentile)", SelectionMeasure.P95Seconds, seconds, calls?.P95Seconds, calls is null ? "no experiment timed its calls" : $"{MetricText.Count(calls.Rows - calls.Failed)} calls on the machine that measured"));
        }

        if (limits.MemoryMib is { } memory)
        {
            checks.Add(AtMost("memory", SelectionMeasure.MemoryMib, memory, facts.MemoryMib, facts.MemoryNote));
        }

        if (limits.CostPerThousand is { } cost)
        {
            var (found, note) = evidence.CostOf(candidate, calls);
            checks.Add(AtMost("cost of 1,000", SelectionMeasure.CostPerThousand, cost, found, note));
        }

        if (limits.ContextTokens is { } context)
        {
            var demand = $"≥ {MetricText.Count(context)} tokens";
            checks.Add(facts.ContextTokens is { } tokens
                ? new LimitCheck("context", demand, tokens >= context ? LimitVerdict.Met : LimitVerdict.NotMet, $"{MetricText.Count(tokens)} tokens", facts.ContextNote)
                : new LimitCheck("context", demand, LimitVerdict.Unknown, facts.ContextNote));
        }

        if (limits.Licences.Count > 0)
        {
            checks.Add(Licence(candidate.Openness, limits.Licences));
        }

        if (limits.Openness is { } openness)
        {
            var demand = $"≥ {Level(openness)}";
            checks.Add(candidate.Openness.Level is { } level
                ? new LimitCheck("openness", demand, level >= openness ? LimitVerdict.Met : LimitVerdict.NotMet, Level(level), candidate.Openness.Source)
                : new LimitCheck("openness", demand, LimitVerdict.Unknown, $"nobody answered {string.Join(", ", candidate.Openness.Unanswered)}"));
        }

        checks.AddRange(recipe.Objectives.SelectMany(objective => Demands(objective, evidence.Find(objective, candidate, facts))));
        return checks;
    }

    private static LimitCheck AtMost(string name, SelectionMeasure measure, double limit, double? found, string note)
    {
        var demand = "≤ " + SelectionText.Value(measure, MetricUnit.Number, limit);
        return found is { } value
            ? new LimitCheck(name, demand, value <= limit ? LimitVerdict.Met : LimitVerdict.NotMet, SelectionText.Value(measure, MetricUnit.Number, value), note)
            : new LimitCheck(name, demand, LimitVerdict.Unknown, note);
    }

    private static LimitCheck Licence(OpennessProfile openness, IReadOnlyList<LicenceClass> allowed)
    {
        var demand = string.Join(" or ", allowed.Select(SelectionText.Word));
        return openness.Licence is { } licence
            ? new LimitCheck("licence", demand, allowed.Contains(licence) ? LimitVerdict.Met : LimitVerdict.NotMet, openness.LicenceName.Length > 0 ? $"{SelectionText.Word(licence)} ({openness.LicenceName})" : SelectionText.Word(licence), openness.Source)
            : new LimitCheck("licence", demand, LimitVerdict.Unknown, "nobody named its licence");
    }

    private static IEnumerable<LimitCheck> Demands(SelectionObjective objective, Finding finding)
    {
        if (objective.AtLeast is { } least)
        {
            yield return Demand(objective, finding, "≥", least, value => value >= least);
        }

        if (objective.AtMost is { } most)
        {
            yield return Demand(objective, finding, "≤", most, value => value <= most);
        }
    }

    private static LimitCheck Demand(SelectionObjective objective, Finding finding, string sign, double limit, Func<double, bool> isMet)
    {
        if (finding.Measurement is not { } measured)
        {
            return new LimitCheck(objective.Name, $"{sign} {limit.ToString("0.####", CultureInfo.InvariantCulture)}", LimitVerdict.Unknown, finding.Reason);
        }

        var isAcross = measured is { Low: { } low, High: { } high } && isMet(low) != isMet(high);
        return new LimitCheck(
            objective.Name,
            $"{sign} {SelectionText.Value(objective.Measure, measured.Unit, limit)}",
            isMet(measured.Value) ? LimitVerdict.Met : LimitVerdict.NotMet,
            SelectionText.Measured(objective, measured),
            isAcross ? "the interval reaches across the limit" : "");
    }

    private static string Level(double level) => SelectionText.Value(SelectionMeasure.Openness, MetricUnit.Number, level);
}
