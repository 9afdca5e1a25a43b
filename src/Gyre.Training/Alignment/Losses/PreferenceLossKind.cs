namespace Gyre.Training.Alignment.Losses;

/// <summary>How a pair of answers becomes a loss.</summary>
public enum PreferenceLossKind
{
    /// <summary>−ln σ(βΔ): direct preference optimisation.</summary>
    Sigmoid,

    /// <summary>max(0, 1 − βΔ).</summary>
    Hinge,

    /// <summary>(Δ̄ − 1/(2β))² on log-probabilities a token.</summary>
    Ipo,

    /// <summary>The sigmoid loss made unbiased under a known share of swapped labels.</summary>
    Robust,

    /// <summary>The divergence from the smoothed labels to the model's choice.</summary>
    ExoPair,

    /// <summary>Noise-contrastive alignment: pulls the chosen answer up by itself.</summary>
    NcaPair,

    /// <summary>Self-play: the chosen answer towards 1/(2β), the rejected one towards −1/(2β).</summary>
    SppoHard,

    /// <summary>Compares the sorted margins of model and reference over a step's pairs.</summary>
    Aot,

    /// <summary>Compares the sorted scores of chosen and rejected answers over a step's pairs.</summary>
    AotPair,

    /// <summary>Raises the chosen and lowers the rejected answers, each by itself.</summary>
    ApoZero,

    /// <summary>Lowers both, the rejected answers more.</summary>
    ApoDown,

    /// <summary>−ln σ(βΔ̄ − γ) on log-probabilities a token, without a reference.</summary>
    SimPo,
}
