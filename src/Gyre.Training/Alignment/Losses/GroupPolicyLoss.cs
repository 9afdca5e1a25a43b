namespace Gyre.Training.Alignment.Losses;

/// <summary>The loss of GRPO at one token: the clipped surrogate and, with a weight, the divergence from the reference.</summary>
/// <remarks>Source: Shao et al. 2024, equations 3 and 4.</remarks>
internal static class GroupPolicyLoss
{
    /// <summary>The loss, its derivative with respect to the log-probability, the divergence, and whether the clip decides.</summary>
    /// <param name="options">Clips and weight.</param>
    /// <param name="logProbability">ln π of the token now.</param>
    /// <param name="before">ln π when the answer was written.</param>
    /// <param name="reference">ln reference; not read when the weight is 0.</param>
    /// <param name="advantage">The answer's advantage in its group.</param>
    public static (double Loss, double Gradient, double Divergence, bool IsClipped) Compute(
        GroupPolicyOptions options, double logProbability, double before, double reference, double advantage)
    {
        var (loss, gradient, _, isClipped) = ClippedPolicyLoss.Compute(logProbability, before, advantage, options.ClipBelow, options.ClipAbove);
        if (options.Beta == 0)
        {
            return (loss, gradient, 0, isClipped);
        }

        var divergence = TokenDivergence.Of(KlEstimator.K3, logProbability, reference);
        return (loss + (options.Beta * divergence), gradient + (options.Beta * (1 - Math.Exp(reference - logProbability))), divergence, isClipped);
    }
}
