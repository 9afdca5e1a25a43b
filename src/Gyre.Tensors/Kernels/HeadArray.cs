namespace Gyre.Tensors.Kernels;

/// <summary>Where the heads of one operand lie: element (b, t, h, d) at b·Batch + t·Token + h·Head + d.</summary>
internal unsafe struct HeadArray
{
    public float* Data;
    public nint Batch;
    public nint Token;
    public nint Head;

    /// <summary>Describes a tensor [B,T,H,D] whose last axis is contiguous.</summary>
    public static HeadArray Of(Tensor tensor) => new()
    {
        Data = tensor.UncheckedData,
        Batch = tensor.Strides[0],
        Token = tensor.Strides[1],
        Head = tensor.Strides[2],
    };

    public readonly float* At(int batch, int token, int head) => Data + (batch * Batch) + (token * Token) + (head * Head);
}
