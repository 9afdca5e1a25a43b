using Gyre.Contracts;

namespace Gyre.Evaluation.Selection;

/// <summary>How the first of an order changes with the weights.</summary>
internal static class WeightStudy
{
    /// <param name="recipe">Draws, spread, seed.</param>
    /// <param name="shares">The weights, summing to 1.</param>
    /// <param name="ranked">Candidates with all scores, the first of the given weights first.</param>
    public static WeightSensitivity Of(SelectionRecipe recipe, IReadOnlyList<double> shares, IReadOnlyList<CandidateAssessment> ranked)
    {
        double[][] scores = [.. ranked.Select(candidate => candidate.Scores.Select(score => score.Score ?? 0).ToArray())];
        var random = new SeededRandom(recipe.Seed).Fork("weights");
        var (near, any) = (new int[ranked.Count], new int[ranked.Count]);
        var weights = new double[shares.Count];
        for (var draw = 0; draw < recipe.WeightDraws; draw++)
        {
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] = shares[i] * Math.Exp(recipe.WeightSpread * random.NextGaussian());
            }

            near[First(scores, weights)]++;
            for (var i = 0; i < weights.Length; i++)
            {
                // Exponential draws, divided by their sum, are uniform over all divisions; what has no weight gets none.
                weights[i] = shares[i] > 0 ? -Math.Log(1 - random.NextDouble()) : 0;
            }

            any[First(scores, weights)]++;
        }

        Dictionary<string, double> Shares(int[] counts) => ranked.Index().ToDictionary(pair => pair.Item.Name, pair => counts[pair.Index] / (double)recipe.WeightDraws, StringComparer.Ordinal);
        return new WeightSensitivity(recipe.WeightDraws, recipe.WeightSpread, Shares(near), Shares(any), [.. recipe.Objectives.Index().Where(pair => shares[pair.Index] > 0).Select(pair => Range(pair.Item.Name, pair.Index, shares, scores))]);
    }

    /// <summary>The candidate with the greatest weighted sum; of equal ones the first.</summary>
    private static int First(double[][] scores, double[] weights)
    {
        var (best, greatest) = (0, double.NegativeInfinity);
        for (var i = 0; i < scores.Length; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < weights.Length; k++)
            {
                sum += weights[k] * scores[i][k];
            }

            // A hair is no lead: equal candidates must not change places by rounding.
            if (sum > greatest + 1e-12)
            {
                (best, greatest) = (i, sum);
            }
        }

        return best;
    }

    /// <summary>Values are linear in one share, so each rival meets the first at one share at most.</summary>
    private static WeightRange Range(string name, int objective, IReadOnlyList<double> shares, double[][] scores)
    {
        var share = shares[objective];
        var (from, to) = (0.0, 1.0);
        for (var rival = 1; rival < scores.Length; rival++)
        {
            // Lead at a share t: t · own + (1 − t) · rest.
            var own = scores[0][objective] - scores[rival][objective];
            var rest = share < 1 ? shares.Index().Where(pair => pair.Index != objective).Sum(pair => pair.Item * (scores[0][pair.Index] - scores[rival][pair.Index])) / (1 - share) : 0;
            if (own == rest)
            {
                continue;
            }

            var meeting = rest / (rest - own);
            if (own > rest)
            {
                from = Math.Max(from, Math.Min(meeting, share));
            }
            else
            {
                to = Math.Min(to, Math.Max(meeting, share));
            }
        }

        return new WeightRange(name, share, from, to);
    }
}
