namespace Gyre.Training.Alignment.Losses;

/// <summary>How the divergence from the reference is estimated at one token.</summary>
/// <remarks>Source: Schulman 2020, "Approximating KL Divergence".</remarks>
public enum KlEstimator
{
    /// <summary>ln π − ln reference: right on average, of large variance, of either sign.</summary>
    K1,

    /// <summary>e^d − 1 − d with d = ln reference − ln π: right on average, never negative.</summary>
    K3,
}
