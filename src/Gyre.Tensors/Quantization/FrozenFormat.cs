namespace Gyre.Tensors.Quantization;

/// <summary>How the numbers of a matrix that is not trained are kept.</summary>
public enum FrozenFormat
{
    /// <summary>The upper half of single precision: 2 bytes a number.</summary>
    BF16,

    /// <summary>4-bit codes for levels that are equally likely in normal numbers, and a scale for each 64 of a row: 0.5625 bytes a number.</summary>
    NF4,

    /// <summary><see cref="NF4"/> with scales of 8 bits, and a scale for each 256 of those: about 0.516 bytes a number.</summary>
    NF4DoubleQuantised,
}
