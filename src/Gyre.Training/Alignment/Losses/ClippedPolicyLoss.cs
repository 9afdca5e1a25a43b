namespace Gyre.Training.Alignment.Losses;

/// <summary>The clipped surrogate of a policy at one token: max(−A·ρ, −A·clip(ρ)).</summary>
/// <remarks>Source: Schulman et al. 2017 (PPO), equation 7.</remarks>
internal static class ClippedPolicyLoss
{
    /// <summary>The loss, its derivative with respect to the log-probability, ρ, and whether the clip decides.</summary>
    /// <param name="logProbability">ln π of the token now.</param>
    /// <param name="before">ln π when the answer was written.</param>
    /// <param name="advantage">A.</param>
    /// <param name="below">How far ρ may fall below 1.</param>
    /// <param name="above">How far ρ may rise above 1.</param>
    public static (double Loss, double Gradient, double Ratio, bool IsClipped) Compute(
        double logProbability, double before, double advantage, double below, double above)
    {
        var ratio = Math.Exp(logProbability - before);
        var (free, clipped) = (-advantage * ratio, -advantage * Math.Clamp(ratio, 1 - below, 1 + above));

        // Where the clip decides, ρ lies outside of it, and the loss does not depend on ρ.
        return clipped > free ? (clipped, 0, ratio, true) : (free, free, ratio, false);
    }
}
