namespace Gyre.Training.Alignment.Losses;

/// <summary>Settings of GRPO's loss.</summary>
public sealed record GroupPolicyOptions
{
    /// <summary>The weight of the divergence from the reference; 0 needs no reference. Default 0.</summary>
    public double Beta { get; init; }

    /// <summary>How far a token's probability ratio may fall below 1. Default 0.2.</summary>
    public double ClipBelow { get; init; } = 0.2;

    /// <summary>How far it may rise above 1. Default 0.2.</summary>
    public double ClipAbove { get; init; } = 0.2;

    /// <summary>Whether advantages are divided by the group's deviation. Default true.</summary>
    public bool ScalesAdvantages { get; init; } = true;
}
