namespace Gyre.Storage;

/// <summary>While it lives, no process sweeps the store: blobs may be written whose use is not recorded yet.</summary>
/// <remarks>Owns: a shared lock, until disposed; the operating system frees it when the process dies.</remarks>
public sealed class BlobLease : IDisposable
{
    private readonly FileStream _lock;

    internal BlobLease(FileStream @lock) => _lock = @lock;

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();
}
