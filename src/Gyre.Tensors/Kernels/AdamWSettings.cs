namespace Gyre.Tensors.Kernels;

/// <summary>The numbers of one <see cref="AdamW"/> step.</summary>
public readonly record struct AdamWSettings
{
    /// <summary>The published defaults, at step 1 with a learning rate of 1e-3.</summary>
    public AdamWSettings()
    {
    }

    /// <summary>η, of this step. Default 1e-3.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>The decay of the first moment. Default 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>The decay of the second moment. Default 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the second moment. Default 1e-8.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>λ; the value shrinks by η·λ a step. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Which step this is, counted from 1.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Multiplies the gradient first, for clipping and averaging without a pass of their own. Default 1.</summary>
    public float GradientScale { get; init; } = 1f;
}
