namespace Gyre.Tensors.Kernels;

/// <summary>One call of softmax, log-softmax or cross-entropy over rows.</summary>
internal unsafe struct SoftmaxJob
{
    public long Rows;
    public int Width;
    public RowArray X;
    public RowArray Y;
    public RowArray OutGradient;
    public RowArray InGradient;
    public bool Accumulate;
    public bool IsLogarithmic;

    /// <summary>Cross-entropy: the wanted class of each row, any negative one to skip the row.</summary>
    public int* Targets;

    /// <summary>The weight of each row; null for 1.</summary>
    public float* RowWeights;

    /// <summary>Per row: weight · −log p(target), and the logarithm of the sum of exponentials.</summary>
    public float* Losses;
    public float* LogSums;

    /// <summary>Multiplies the gradient of every row.</summary>
    public float GradientScale;
}
