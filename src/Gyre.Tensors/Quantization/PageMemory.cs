using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Quantization;

/// <summary>Pages of one size in a few large pieces of memory, on huge pages where the system offers them, up to a limit.</summary>
/// <remarks><b>Owns</b> the pieces until disposed. Pages may be taken and returned from any thread.</remarks>
public sealed unsafe class PageMemory : IDisposable
{
    private const long PieceBytes = 32 << 20;
    private const long LineBytes = 64;

    private readonly List<AlignedBuffer> _pieces = [];
    private readonly Stack<nint> _free = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>Makes room for pages; memory is asked for when the first is taken.</summary>
    /// <param name="pageBytes">The least size of a page; rounded up to whole cache lines.</param>
    /// <param name="limitBytes">The most that all pages may take; at least one page is had.</param>
    public PageMemory(long pageBytes, long limitBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(limitBytes);
        PageBytes = (pageBytes + LineBytes - 1) / LineBytes * LineBytes;
        MostPages = (int)Math.Clamp(limitBytes / PageBytes, 1, int.MaxValue / 2);
    }

    /// <summary>The size of a page.</summary>
    public long PageBytes { get; }

    /// <summary>The most pages at once.</summary>
    public int MostPages { get; }

    /// <summary>Pages that are taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Takes a page, aligned to a cache line; its contents are undefined.</summary>
    /// <returns>False when <see cref="MostPages"/> are taken.</returns>
    /// <remarks><b>Errors</b>: <see cref="OutOfMemoryException"/> when the system has no memory.</remarks>
    public bool TryTake(out nint page)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Taken == MostPages)
            {
                page = 0;
                return false;
            }

            if (_free.Count == 0)
            {
                AddPiece();
            }

            Taken++;
            page = _free.Pop();
            return true;
        }
    }

    /// <summary>Gives a page back; nothing of its contents is kept.</summary>
    public void Return(nint page)
    {
        lock (_gate)
        {
            Taken--;
            if (!_disposed)
            {
                _free.Push(page);
            }
        }
    }

    /// <summary>Frees all pieces; pages must not be used any more, but may still be returned.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _free.Clear();
            _pieces.ForEach(piece => piece.Dispose());
            _pieces.Clear();
        }
    }

    private void AddPiece()
    {
        var piece = new AlignedBuffer();
        var count = Math.Clamp(PieceBytes / PageBytes, 1, MostPages - Taken);
        piece.Ensure((nuint)(count * PageBytes));
        _pieces.Add(piece);
        for (var i = count - 1; i >= 0; i--)
        {
            _free.Push((nint)(piece.Start + (i * PageBytes)));
        }
    }
}
