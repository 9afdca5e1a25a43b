namespace Gyre.Tensors.Quantization;

/// <summary>The addresses inside <see cref="PackedActivations"/>, as the kernels take them.</summary>
internal unsafe struct ActivationView
{
    public int Tokens;
    public float* Floats;
    public nint FloatStride;
    public sbyte* Signed;
    public byte* Split;
    public ActivationScale* Scales;
    public int* Centres;
}
