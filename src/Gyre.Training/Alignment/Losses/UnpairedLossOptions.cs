namespace Gyre.Training.Alignment.Losses;

/// <summary>Settings of a loss over single answers.</summary>
public sealed record UnpairedLossOptions
{
    /// <summary>How strongly the model is held to the reference. Default 0.1.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>Multiplies the loss of wanted answers. Default 1.</summary>
    public double DesirableWeight { get; init; } = 1;

    /// <summary>Multiplies the loss of unwanted answers. Default 1.</summary>
    public double UndesirableWeight { get; init; } = 1;

    /// <summary>Whether gains count from the step's divergence (KTO) or from 0.</summary>
    public bool UsesReferencePoint { get; init; } = true;
}
