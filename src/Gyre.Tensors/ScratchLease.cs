namespace Gyre.Tensors;

/// <summary>A block of a pool for the time of one operation, without an object; disposing gives it back.</summary>
internal readonly unsafe ref struct ScratchLease
{
    private readonly TensorPool _pool;
    private readonly long _blockBytes;

    public ScratchLease(TensorPool pool, long length)
    {
        _pool = pool;
        Data = pool.RentBlock(checked(length * sizeof(float)), out _blockBytes);
    }

    /// <summary>The first float; the contents are undefined.</summary>
    public float* Data { get; }

    public void Dispose() => _pool.ReturnBlock(Data, _blockBytes);
}
