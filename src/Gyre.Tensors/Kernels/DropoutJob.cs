namespace Gyre.Tensors.Kernels;

/// <summary>One dropout over a flat array.</summary>
internal unsafe struct DropoutJob
{
    public long Count;
    public float* X;
    public float* Y;
    public ulong Seed;

    /// <summary>Elements whose 32 random bits are below this stay.</summary>
    public ulong KeepBelow;
    public float Scale;
    public bool Accumulate;
}
