namespace Gyre.Training.Recipes;

/// <summary>How the parameters move: AdamW, or Muon for the layers' matrices with AdamW for the rest.</summary>
/// <remarks>Source: I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2.</remarks>
public sealed record OptimizerRecipe
{
    /// <summary>The optimizer. Default <see cref="OptimizerKind.AdamW"/>.</summary>
    public OptimizerKind Kind { get; init; }

    /// <summary>Decay of Muon's momentum. Range [0, 1), default 0.95.</summary>
    public double Momentum { get; init; } = 0.95;

    /// <summary>Decay of the first moment. Range [0, 1), default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment. Range [0, 1), default 0.95.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added to the root of the second moment. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay of matrices; norms and biases never decay. Default 0.1.</summary>
    public double Decay { get; init; } = 0.1;

    /// <summary>The largest global gradient norm; longer gradients are scaled down to it. 0 switches clipping off. Default 1.</summary>
    public double ClipNorm { get; init; } = 1.0;

    internal static OptimizerRecipe Read(RecipeSection section)
    {
        var optimizer = new OptimizerRecipe
        {
            Kind = section.Choice("name", OptimizerKind.AdamW, ("adamw", OptimizerKind.AdamW), ("muon", OptimizerKind.Muon)),
            Momentum = section.Number("momentum", 0.95, 0, 0.999999),
            Beta1 = section.Number("beta1", 0.9, 0, 0.999999),
            Beta2 = section.Number("beta2", 0.95, 0, 0.999999),
            Epsilon = section.Number("epsilon", 1e-8, 1e-16, 1),
            Decay = section.Number("decay", 0.1, 0, 10),
            ClipNorm = section.Number("clip", 1.0, 0, 1e6),
        };
        section.Finish();
        return optimizer;
    }
}
