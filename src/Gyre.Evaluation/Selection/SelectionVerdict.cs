using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Selection;

/// <summary>What the numbers choose, and in which words.</summary>
internal sealed record SelectionVerdict(string? Chosen, string Headline, IReadOnlyList<string> Reasons, IReadOnlyList<string> Consequences)
{
    private const double SmallLoss = 0.01;

    public static SelectionVerdict Of(
        SelectionRecipe recipe, CandidateAssessment[] ranked, CandidateAssessment[] unranked, IReadOnlyList<RivalComparison> rivals, WeightSensitivity? sensitivity)
    {
        List<string> reasons = [.. unranked.Where(candidate => candidate.IsOut).Select(Out)];
        if (ranked.Length == 0)
        {
            reasons.AddRange(unranked.Where(candidate => candidate.IsOpen).Select(Open));
            var isAllOut = unranked.All(candidate => candidate.IsOut);
            return new SelectionVerdict(null, isAllOut ? "No decision: no candidate keeps every limit." : "No decision: no candidate is known to keep every limit and to have every score.", reasons, []);
        }

        var first = ranked[0];
        var value = first.Value!.Value; // Those with a rank have a value.
        var alike = rivals.Where(rival => !rival.IsDistinguishable).ToArray();
        var possible = unranked.Where(candidate => candidate.IsOpen && candidate.High > value).ToArray();
        reasons.AddRange(rivals.Select(rival => rival.IsDistinguishable
            ? $"{first.Name} is ahead of {rival.Rival} by {SelectionText.Score(rival.Difference)} ({SelectionText.Signed(rival.Low)} to {SelectionText.Signed(rival.High)}{Pairs(rival)})."
            : $"{first.Name} and {rival.Rival} are not distinguishable: their difference of {SelectionText.Score(rival.Difference)} may be {SelectionText.Signed(rival.Low)} to {SelectionText.Signed(rival.High)}{Pairs(rival)}."));
        reasons.AddRange(unranked.Where(candidate => candidate.IsOpen).Select(candidate =>
            $"{Open(candidate)} Its value lies between {SelectionText.Score(candidate.Low)} and {SelectionText.Score(candidate.High)}{(candidate.High > value ? ", so it could be first." : $", so it cannot pass {first.Name}.")}"));
        if (sensitivity is not null)
        {
            reasons.Add($"{first.Name} stays first under {SelectionText.Share(sensitivity.Near[first.Name])} of the weights drawn around the given ones, and under {SelectionText.Share(sensitivity.Any[first.Name])} of all weights.");
        }

        var others = ranked.Length == 1 ? "the only candidate known to keep every limit" : $"the best of {ranked.Length} candidates that keep every limit";
        var consequences = GivenUp(recipe, ranked);
        return alike.Length == 0 && possible.Length == 0
            ? new SelectionVerdict(first.Name, $"{first.Name}: {others}, with a value of {SelectionText.Score(value)}.", reasons, consequences)
            : new SelectionVerdict(
                null,
                alike.Length > 0
                    ? $"No decision: {Join([first.Name, .. alike.Select(rival => rival.Rival)])} are not distinguishable by this evidence."
                    : $"No decision: {first.Name} is {others}, but {Join([.. possible.Select(candidate => candidate.Name)])} could be better; too little is known.",
                reasons,
                consequences);
    }

    private static string Out(CandidateAssessment candidate) =>
        $"{candidate.Name} is out: {string.Join("; ", candidate.Limits.Where(limit => limit.Verdict == LimitVerdict.NotMet).Select(limit => $"{limit.Name} is {limit.Found}, {limit.Demand} is demanded"))}.";

    private static string Open(CandidateAssessment candidate)
    {
        var unknown = candidate.Limits.Where(limit => limit.Verdict == LimitVerdict.Unknown).Select(limit => $"{limit.Name} ({limit.Found})")
            .Concat(candidate.Scores.Where(score => score.Score is null).Select(score => $"{score.Objective} ({score.Reason})"))
            .Distinct(StringComparer.Ordinal);
        return $"{candidate.Name} is open: unknown are {string.Join("; ", unknown)}.";
    }

    private static string Pairs(RivalComparison rival) => rival.Paired == 0 ? "" : $"; {MetricText.Count(rival.Paired)} objective{(rival.Paired == 1 ? "" : "s")} compared on the same samples";

    /// <summary>Where another that may be chosen is better than the first.</summary>
    private static string[] GivenUp(SelectionRecipe recipe, CandidateAssessment[] ranked)
    {
        var first = ranked[0];
        return
        [
            .. recipe.Objectives.Index().SelectMany(pair =>
            {
                var best = ranked.MaxBy(candidate => candidate.Scores[pair.Index].Score ?? 0)!; // There is a first.
                var (own, other) = (first.Scores[pair.Index], best.Scores[pair.Index]);
                return best.Name != first.Name && other.Score - own.Score > SmallLoss && own.Measurement is not null && other.Measurement is not null
                    ? new[] { $"With {first.Name}, {pair.Item.Name} is {SelectionText.Measured(pair.Item, own.Measurement)}; {best.Name} has {SelectionText.Measured(pair.Item, other.Measurement)}." }
                    : [];
            }),
        ];
    }

    private static string Join(IReadOnlyList<string> names) => names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
}
