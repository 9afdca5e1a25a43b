namespace Gyre.Tensors.Kernels;

/// <summary>The packing buffers of one thread: a block of A with a spare tile behind it, and a block of B.</summary>
internal sealed unsafe class GemmWorkspace : IDisposable
{
    private readonly AlignedBuffer _a = new();
    private readonly AlignedBuffer _b = new();

    /// <summary>Room for a packed block of A, grown when needed.</summary>
    public float* A(nuint elements) => (float*)_a.Ensure(elements * sizeof(float));

    /// <summary>Room for a packed block of B, grown when needed.</summary>
    public float* B(nuint elements) => (float*)_b.Ensure(elements * sizeof(float));

    /// <inheritdoc/>
    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }
}
