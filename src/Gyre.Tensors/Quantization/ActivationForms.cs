namespace Gyre.Tensors.Quantization;

/// <summary>The encodings of activations that packed weights multiply with; see <see cref="PackedMatrix.Form"/>.</summary>
[Flags]
public enum ActivationForms
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The numbers themselves, for weights in F32, F16 and BF16.</summary>
    Float = 1,

    /// <summary>Signed bytes per 32 values and their sum, for weights in Q4_0, Q4_K and Q5_K.</summary>
    SignedBytes = 2,

    /// <summary>Magnitudes and sign masks per 32 values and the sum of the negative ones, for weights in Q8_0.</summary>
    SplitBytes = 4,

    /// <summary>Signed bytes per 32 values and 32 times the sums that codes around 32 have too much, for weights in Q6_K.</summary>
    CentredBytes = 8,
}
