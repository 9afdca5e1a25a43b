namespace Gyre.Tensors.Kernels;

/// <summary>One call of a normalisation over rows.</summary>
internal unsafe struct NormJob
{
    /// <summary>Rows whose contributions to the parameter gradients are summed before blocks are: fixed, so that bits do not depend on the team.</summary>
    public const int RowBlock = 64;

    public long Rows;
    public int Width;
    public float Epsilon;
    public RowArray X;
    public RowArray Y;
    public RowArray OutGradient;
    public RowArray InGradient;

    /// <summary>Null for 1.</summary>
    public float* Gain;

    /// <summary>Null for 0; not used by the root-mean-square norm.</summary>
    public float* Bias;

    /// <summary>Per row: the mean (layer norm) and the inverse deviation.</summary>
    public float* Means;
    public float* Inverses;
    public bool Accumulate;

    /// <summary>Per block of rows [blocks][width]; null when not wanted.</summary>
    public float* GainPartials;
    public float* BiasPartials;

    public readonly long Blocks => (Rows + RowBlock - 1) / RowBlock;
}
