namespace Gyre.Tensors.Kernels;

/// <summary>One product C (+)= A·B: sizes, addresses and strides in elements.</summary>
internal unsafe struct GemmJob
{
    public int M;
    public int N;
    public int K;
    public float* A;
    public nint ARow;
    public nint ACol;
    public float* B;
    public nint BRow;
    public nint BCol;
    public float* C;
    public nint CRow;
    public bool Accumulate;
}
