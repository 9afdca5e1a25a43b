namespace Gyre.Tensors.Kernels;

/// <summary>Pointers and length of a loop over flat arrays; what each means is the kernel's business.</summary>
internal unsafe struct FlatJob
{
    public long Count;
    public float* X;
    public float* Y;
    public float* Z;
    public float* W;
    public float A;
    public float B;
    public bool Accumulate;
}
