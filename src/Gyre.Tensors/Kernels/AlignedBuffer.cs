using System.Runtime.InteropServices;

namespace Gyre.Tensors.Kernels;

/// <summary>Native memory that only grows, aligned to a cache line, on huge pages where the system offers them.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private const nuint LineBytes = 64;
    private const nuint HugePageBytes = 2 << 20;
    private const int AdviseHugePage = 14;

    private byte* _start;

#pragma warning disable MA0055 // The only owner of plain native memory: without it a forgotten Dispose would leak weights.
    /// <summary>Frees what was never disposed.</summary>
    ~AlignedBuffer() => Free();
#pragma warning restore MA0055

    /// <summary>The usable length in bytes.</summary>
    public nuint LengthBytes { get; private set; }

    /// <summary>The first byte; null while empty.</summary>
    public byte* Start => _start;

    /// <summary>Makes at least this many bytes usable; growing drops the contents and moves the start.</summary>
    public byte* Ensure(nuint lengthBytes)
    {
        if (lengthBytes > LengthBytes)
        {
            Grow(lengthBytes);
        }

        return _start;
    }

    /// <summary>Frees the memory; the buffer may be grown again.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Grow(nuint lengthBytes)
    {
        Free();
        var huge = lengthBytes >= HugePageBytes;
        var unit = huge ? HugePageBytes : LineBytes;
        var rounded = (lengthBytes + unit - 1) / unit * unit;
        _start = (byte*)NativeMemory.AlignedAlloc(rounded, unit);
        LengthBytes = rounded;
        if (huge && OperatingSystem.IsLinux())
        {
            // Advice only: without huge pages the memory works the same, with more address look-ups.
            _ = MemoryAdvise(_start, rounded, AdviseHugePage);
        }
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        LengthBytes = 0;
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MemoryAdvise(void* start, nuint lengthBytes, int advice);
}
