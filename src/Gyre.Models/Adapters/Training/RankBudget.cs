namespace Gyre.Models.Adapters.Training;

/// <summary>How AdaLoRA takes ranks away while it trains.</summary>
/// <remarks>
/// Ranks stay as they are for <see cref="Warmup"/> steps, then their number falls by a cubic curve to the target, which
/// is reached <see cref="Settling"/> steps before the end.
/// <para>Source: Zhang et al. 2023, section 3.3; the defaults of PEFT 0.13.</para>
/// </remarks>
public sealed record RankBudget
{
    /// <summary>Ranks of a module at the beginning.</summary>
    public int InitialRank { get; init; } = 12;

    /// <summary>Ranks of a module at the end, on average.</summary>
    public int TargetRank { get; init; } = 8;

    /// <summary>Steps of the whole training; what <see cref="TrainableAdapter.AfterStep"/> counts to.</summary>
    public int Steps { get; init; }

    /// <summary>Steps before the first rank goes.</summary>
    public int Warmup { get; init; }

    /// <summary>Steps at the end in which no further rank goes.</summary>
    public int Settling { get; init; }

    /// <summary>Steps from one choice of ranks to the next.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>How much of the smoothed importance a step keeps; (0, 1).</summary>
    public double ImportanceDecay { get; init; } = 0.85;

    /// <summary>How much of the smoothed uncertainty a step keeps; (0, 1).</summary>
    public double UncertaintyDecay { get; init; } = 0.85;

    /// <summary>What the mean distance of A·Aᵀ and Bᵀ·B from the identity is multiplied by in the loss; positive.</summary>
    public double Orthogonality { get; init; } = 0.5;
}
