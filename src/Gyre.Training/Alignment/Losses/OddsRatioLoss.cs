namespace Gyre.Training.Alignment.Losses;

/// <summary>The part of ORPO that compares odds; the likelihood of the chosen answer is added by the caller.</summary>
/// <remarks>Source: Hong et al. 2024, equations 6 and 7.</remarks>
internal static class OddsRatioLoss
{
    /// <summary>The largest mean log-probability: at 0 the odds are infinite.</summary>
    private const double MostLogProbability = -1e-10;

    /// <summary>−β·ln σ(ln odds(chosen) − ln odds(rejected)) and its derivatives.</summary>
    /// <param name="beta">The weight of the odds.</param>
    /// <param name="chosen">The chosen answer's mean log-probability a token.</param>
    /// <param name="rejected">The rejected answer's.</param>
    public static (double Loss, double Chosen, double Rejected, double LogOdds) Compute(double beta, double chosen, double rejected)
    {
        var (c, r) = (Math.Min(chosen, MostLogProbability), Math.Min(rejected, MostLogProbability));
        var (withoutChosen, withoutRejected) = (OneLess(c), OneLess(r));
        var x = c - r - (Math.Log(withoutChosen) - Math.Log(withoutRejected));
        var slope = -beta * Logistic.Sigmoid(-x);
        return (-beta * Logistic.LogSigmoid(x), slope / withoutChosen, -slope / withoutRejected, x);
    }

    /// <summary>1 − e^x for x &lt; 0, without losing small differences.</summary>
    private static double OneLess(double x) => -2 * Math.Exp(x / 2) * Math.Sinh(x / 2);
}
