namespace Gyre.Training.Alignment.Losses;

/// <summary>The divergence from the reference at one token of an answer that the model wrote.</summary>
internal static class TokenDivergence
{
    /// <summary>The estimate from one token's log-probabilities.</summary>
    public static double Of(KlEstimator estimator, double policy, double reference)
    {
        var d = reference - policy;
        return estimator == KlEstimator.K1 ? -d : Math.Exp(d) - 1 - d;
    }
}
