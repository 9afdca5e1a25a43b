namespace Gyre.Training.Recipes;

/// <summary>How parameters are moved along their gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adaptive moments with decoupled weight decay.</summary>
    AdamW,

    /// <summary>Orthogonalised momentum for the layers' matrices, AdamW for everything else.</summary>
    Muon,
}
