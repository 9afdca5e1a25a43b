namespace Gyre.Training.Alignment.Losses;

/// <summary>How much better than expected each token, or each answer of a group, was.</summary>
internal static class Advantages
{
    private const double WhiteningFloor = 1e-8;
    private const double GroupFloor = 1e-4;

    /// <summary>The reward of each token: the penalty for leaving the reference, and the answer's score at its last token.</summary>
    /// <param name="divergence">The estimate at each token of one answer.</param>
    /// <param name="weight">Multiplies the divergence.</param>
    /// <param name="score">The answer's score.</param>
    public static double[] TokenRewards(ReadOnlySpan<double> divergence, double weight, double score)
    {
        var rewards = new double[divergence.Length];
        for (var i = 0; i < rewards.Length; i++)
        {
            rewards[i] = -weight * divergence[i];
        }

        if (rewards.Length > 0)
        {
            rewards[^1] += score;
        }

        return rewards;
    }

    /// <summary>Generalised advantage estimation over the tokens of each answer.</summary>
    /// <param name="values">What the value head expected at each token, answer by answer.</param>
    /// <param name="rewards">The reward of each token.</param>
    /// <param name="discount">γ.</param>
    /// <param name="trace">λ.</param>
    /// <returns>The advantages, not yet whitened, and what the value head ought to have said.</returns>
    /// <remarks>Source: Schulman et al. 2016, equation 16; nothing follows the last token.</remarks>
    public static (double[][] Advantages, double[][] Returns) Estimate(double[][] values, double[][] rewards, double discount, double trace)
    {
        var advantages = new double[values.Length][];
        var returns = new double[values.Length][];
        for (var row = 0; row < values.Length; row++)
        {
            var (v, a, later, next) = (values[row], new double[values[row].Length], 0.0, 0.0);
            for (var i = v.Length - 1; i >= 0; i--)
            {
                later = rewards[row][i] + (discount * next) - v[i] + (discount * trace * later);
                (a[i], next) = (later, v[i]);
            }

            advantages[row] = a;
            returns[row] = [.. a.Zip(v, (advantage, value) => advantage + value)];
        }

        return (advantages, returns);
    }

    /// <summary>Brings all numbers of a rollout to mean 0 (or leaves their mean) and variance 1, in place.</summary>
    public static void Whiten(double[][] rows, bool keepsMean)
    {
        var count = rows.Sum(row => row.Length);
        if (count < 2)
        {
            return;
        }

        var mean = rows.Sum(row => row.Sum()) / count;
        var variance = rows.Sum(row => row.Sum(x => (x - mean) * (x - mean))) / (count - 1);
        var scale = 1 / Math.Sqrt(variance + WhiteningFloor);
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = ((row[i] - mean) * scale) + (keepsMean ? mean : 0);
            }
        }
    }

    /// <summary>Each answer's score against its group's mean, in the group's deviations when <paramref name="isScaled"/>.</summary>
    /// <param name="scores">One an answer, the groups one after another.</param>
    /// <param name="group">Answers a group; at least 2.</param>
    /// <param name="isScaled">Whether to divide by the deviation (unbiased, plus 1e-4).</param>
    /// <remarks>Source: Shao et al. 2024 (GRPO), section 4.1.2.</remarks>
    public static double[] OfGroups(ReadOnlySpan<double> scores, int group, bool isScaled)
    {
        var result = new double[scores.Length];
        for (var first = 0; first < scores.Length; first += group)
        {
            var part = scores.Slice(first, group);
            var mean = 0.0;
            foreach (var score in part)
            {
                mean += score / group;
            }

            var squares = 0.0;
            foreach (var score in part)
            {
                squares += (score - mean) * (score - mean);
            }

            var scale = isScaled ? 1 / (Math.Sqrt(squares / (group - 1)) + GroupFloor) : 1;
            for (var i = 0; i < group; i++)
            {
                result[first + i] = (part[i] - mean) * scale;
            }
        }

        return result;
    }
}
