using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Selection;

/// <summary>Chooses a model by evidence, or says why the evidence chooses none.</summary>
/// <remarks>
/// A candidate that misses a limit is out. The value of one is the weighted mean of its scores. The first is chosen when every other that may be
/// chosen is distinguishably less, and none of which something is unknown could be more.
/// <para>Errors of scores are taken as normal and, between objectives, independent; the difference of two candidates uses paired samples where the evidence has them.
/// Its intervals are corrected for the number of rivals (Bonferroni).</para>
/// <para>Deterministic: equal inputs give equal results.</para>
/// </remarks>
public static class ModelSelection
{
    /// <summary>Weighs the candidates of a recipe.</summary>
    /// <param name="recipe">What is asked.</param>
    /// <param name="evidence">What was measured.</param>
    /// <param name="facts">What is known of each candidate, by name.</param>
    public static SelectionResult Decide(SelectionRecipe recipe, SelectionEvidence evidence, IReadOnlyDictionary<string, CandidateFacts> facts)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(facts);
        var total = recipe.Objectives.Sum(objective => objective.Weight);
        double[] shares = [.. recipe.Objectives.Select(objective => objective.Weight / total)];
        CandidateAssessment[] all = [.. recipe.Candidates.Select(candidate => Assess(recipe, shares, candidate, evidence, facts.GetValueOrDefault(candidate.Name, CandidateFacts.Unknown)))];
        CandidateAssessment[] ranked = [.. all.Where(candidate => candidate is { IsOut: false, IsOpen: false }).OrderByDescending(candidate => candidate.Value).Select((candidate, i) => candidate with { Rank = i + 1 })];
        CandidateAssessment[] unranked = [.. all.Where(candidate => candidate.IsOut || candidate.IsOpen)];
        var rivals = Compare(recipe, shares, ranked, evidence);
        var sensitivity = ranked.Length < 2 ? null : WeightStudy.Of(recipe, shares, ranked);
        var verdict = SelectionVerdict.Of(recipe, ranked, unranked, rivals, sensitivity);
        CandidateAssessment[] listed = [.. ranked, .. unranked];
        return new SelectionResult(
            recipe,
            shares,
            listed,
            rivals,
            sensitivity,
            verdict.Chosen,
            verdict.Headline,
            verdict.Reasons,
            SelectionGaps.Of(recipe, listed, evidence),
            [.. verdict.Consequences, .. recipe.Consequences],
            evidence.Sources,
            evidence.Notes);
    }

    private static CandidateAssessment Assess(SelectionRecipe recipe, double[] shares, SelectionCandidate candidate, SelectionEvidence evidence, CandidateFacts facts)
    {
        ObjectiveScore[] scores = [.. recipe.Objectives.Select(objective => ScoreScale.Of(objective, evidence.Find(objective, candidate, facts)))];
        var limits = LimitChecks.Of(recipe, candidate, evidence, facts);
        var counted = scores.Index().Where(pair => shares[pair.Index] > 0).ToArray();
        var known = counted.Where(pair => pair.Item.Score is not null).Sum(pair => shares[pair.Index] * pair.Item.Score!.Value); // Filtered just before.
        var missing = counted.Where(pair => pair.Item.Score is null).Sum(pair => shares[pair.Index]);
        var half = Distributions.NormalQuantile(0.5 + (recipe.Confidence / 2)) * Math.Sqrt(counted.Sum(pair => Square(shares[pair.Index] * pair.Item.StandardError)));
        return new CandidateAssessment(
            candidate.Name,
            candidate.Model,
            facts.Digest ?? "",
            limits,
            scores,
            missing > 0 ? null : known,
            Math.Max(0, known - half),
            Math.Min(1, known + missing + half),
            null);
    }

    private static RivalComparison[] Compare(SelectionRecipe recipe, double[] shares, CandidateAssessment[] ranked, SelectionEvidence evidence)
    {
        if (ranked.Length < 2)
        {
            return [];
        }

        var first = ranked[0];
        var quantile = Distributions.NormalQuantile(1 - ((1 - recipe.Confidence) / (2 * (ranked.Length - 1))));
        return
        [
            .. ranked.Skip(1).Select(rival =>
            {
                var (variance, paired) = (0.0, 0);
                foreach (var (i, objective) in recipe.Objectives.Index().Where(pair => shares[pair.Index] > 0))
                {
                    var (one, other) = (first.Scores[i], rival.Scores[i]);
                    // A pair's error holds on the straight part of the scale; beyond its ends differences do not count.
                    if (one.Slope is { } slope && other.Slope is not null && evidence.Compare(objective, first.Name, rival.Name) is { } pair)
                    {
                        variance += Square(shares[i] * slope * pair.StandardError);
                        paired++;
                    }
                    else
                    {
                        variance += Square(shares[i] * one.StandardError) + Square(shares[i] * other.StandardError);
                    }
                }

                var difference = first.Value!.Value - rival.Value!.Value; // Those with a rank have a value.
                var half = quantile * Math.Sqrt(variance);
                return new RivalComparison(rival.Name, difference, difference - half, difference + half, paired, difference - half > 1e-12);
            }),
        ];
    }

    private static double Square(double value) => value * value;
}
