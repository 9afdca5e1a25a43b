using System.Runtime.InteropServices;

namespace Gyre.Tensors.Quantization;

/// <summary>What the byte forms of 32 activations need besides the bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ActivationScale
{
    /// <summary>The value of one unit.</summary>
    public float Scale;

    /// <summary>The sum of the magnitudes of the negative codes: what (w xor sign mask) loses.</summary>
    public int Negatives;

    /// <summary>Minus eight times the sum of the codes: what 4-bit codes without their offset have too much.</summary>
    public int MinusEightSums;

    /// <summary>The scale times the sum of the codes: what a minimum is multiplied with.</summary>
    public float ScaledSum;
}
