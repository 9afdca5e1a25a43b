namespace Gyre.Evaluation.Selection;

/// <summary>What a choice does not know.</summary>
internal static class SelectionGaps
{
    public static IReadOnlyList<string> Of(SelectionRecipe recipe, IReadOnlyList<CandidateAssessment> candidates, SelectionEvidence evidence)
    {
        var gaps = new List<string>();
        foreach (var aspect in Enum.GetValues<SelectionAspect>().Where(aspect => !IsLookedAt(recipe, evidence, aspect)))
        {
            gaps.Add($"{char.ToUpperInvariant(SelectionText.Word(aspect)[0])}{SelectionText.Word(aspect)[1..]}: {Words(aspect)}");
        }

        foreach (var candidate in candidates)
        {
            gaps.AddRange(candidate.Limits.Where(limit => limit.Verdict == LimitVerdict.Unknown).Select(limit => $"{candidate.Name}: {limit.Name} is unknown: {limit.Found}."));
            gaps.AddRange(candidate.Scores.Where(score => score.Score is null).Select(score => $"{candidate.Name}: {score.Objective} has no score: {score.Reason}."));
        }

        foreach (var candidate in recipe.Candidates)
        {
            gaps.AddRange(recipe.Objectives
                .Where(objective => objective.Measure == SelectionMeasure.Evidence)
                .Select(objective => (objective.Name, evidence.Find(objective, candidate, CandidateFacts.Unknown).Note))
                .Where(pair => pair.Note.Length > 0)
                .Select(pair => $"{candidate.Name}: {pair.Name}: {pair.Note}."));
            if (evidence.CallsOf(candidate.Name) is { Failed: > 0 } calls)
            {
                gaps.Add($"{candidate.Name}: {calls.Failed} of {calls.Rows} calls failed; time and cost are of the others.");
            }
        }

        string[] exact = [.. recipe.Objectives.Index()
            .Where(pair => pair.Item.Weight > 0 && pair.Item.Measure is SelectionMeasure.Evidence or SelectionMeasure.P95Seconds or SelectionMeasure.MedianSeconds or SelectionMeasure.CostPerThousand
                && candidates.Any(candidate => candidate.Scores[pair.Index] is { Score: not null, Measurement.Confidence: null }))
            .Select(pair => pair.Item.Name)];
        if (exact.Length > 0)
        {
            gaps.Add($"No interval says how sure {string.Join(", ", exact)} {(exact.Length == 1 ? "is" : "are")}: taken as exact.");
        }

        gaps.AddRange(recipe.Candidates
            .Where(candidate => candidate.Openness.Level is not null && candidate.Openness.Source.Length == 0)
            .Select(candidate => $"{candidate.Name}: nobody said where the answers about its openness are from."));
        return gaps;
    }

    private static bool IsLookedAt(SelectionRecipe recipe, SelectionEvidence evidence, SelectionAspect aspect) =>
        recipe.Objectives.Any(objective => objective.Aspect == aspect)
        || aspect switch
        {
            SelectionAspect.Latency => recipe.Limits.P95Seconds is not null,
            SelectionAspect.Memory => recipe.Limits.MemoryMib is not null,
            SelectionAspect.Cost => recipe.Limits.CostPerThousand is not null,
            SelectionAspect.Openness => recipe.Limits.Openness is not null || recipe.Limits.Licences.Count > 0,
            SelectionAspect.Review => evidence.Notes.Count > 0,
            _ => false,
        };

    private static string Words(SelectionAspect aspect) => aspect switch
    {
        SelectionAspect.Suitability => "no row of the use case itself was measured.",
        SelectionAspect.Benchmark => "no published benchmark was looked at.",
        SelectionAspect.Bias => "nobody looked whether people are treated alike.",
        SelectionAspect.Review => "nobody read answers and said what they think.",
        _ => "nobody looked at it.",
    };
}
