namespace Gyre.Training.Compression.Measurement;

/// <summary>How large a model is.</summary>
/// <param name="WeightBytes">Bytes of its weight files.</param>
/// <param name="DeflatedBytes">Bytes of the same files compressed (zlib): what storing or sending them costs.</param>
/// <param name="Parameters">Numbers in all tensors.</param>
/// <param name="NonZero">Those that are not zero.</param>
public sealed record ModelSize(long WeightBytes, long DeflatedBytes, long Parameters, long NonZero)
{
    /// <summary>The share of the numbers that is zero.</summary>
    public double Sparsity => Parameters == 0 ? 0 : 1 - ((double)NonZero / Parameters);
}
