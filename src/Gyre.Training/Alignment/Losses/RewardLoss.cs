namespace Gyre.Training.Alignment.Losses;

/// <summary>The loss of a reward model on one pair.</summary>
/// <remarks>Source: Ouyang et al. 2022, equation 1; margins as in Touvron et al. 2023 (Llama 2), section 3.2.2; centring as in Eisenstein et al. 2023, section 3.</remarks>
internal static class RewardLoss
{
    /// <summary>−ln σ(c − r − margin) + k·(c + r)², and its derivatives.</summary>
    /// <param name="chosen">The chosen answer's reward (c).</param>
    /// <param name="rejected">The rejected answer's (r).</param>
    /// <param name="margin">By how much the chosen one ought to lead.</param>
    /// <param name="centring">k; 0 leaves the rewards' level free.</param>
    public static (double Loss, double Chosen, double Rejected) Compute(double chosen, double rejected, double margin, double centring)
    {
        var (x, sum) = (chosen - rejected - margin, chosen + rejected);
        var (slope, pull) = (Logistic.Sigmoid(-x), 2 * centring * sum);
        return (-Logistic.LogSigmoid(x) + (centring * sum * sum), pull - slope, pull + slope);
    }
}
