using System.Numerics;
using System.Runtime.InteropServices;

namespace Gyre.Tensors;

/// <summary>
/// A bounded store of native memory for tensors: blocks that come back are kept and handed out again, so that a
/// training step that has run once allocates nothing.
/// </summary>
/// <remarks>
/// Blocks are aligned to 64 bytes (to 2 MiB with advice for huge pages from 2 MiB on) and come in sizes that waste at
/// most a quarter. When the bound would be passed, idle blocks are freed first.
/// <para><b>Owns</b> every block it made. Disposing frees the idle ones at once and the others when they come back.
/// All members may be called from any thread.</para>
/// <para><b>Cost</b>: renting a kept block takes some tens of nanoseconds and allocates nothing.</para>
/// </remarks>
public sealed unsafe class TensorPool : IDisposable
{
    private const int LineBytes = 64;
    private const int HugePageBytes = 2 << 20;
    private const int AdviseHugePage = 14;
    private const int StepsPerDoubling = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Stack<nint>> _idle = [];
    private readonly HashSet<nint> _blocks = [];
    private bool _disposed;

    /// <summary>Creates a pool that holds at most three quarters of the memory the process may use.</summary>
    public TensorPool()
        : this(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3)
    {
    }

    /// <summary>Creates a pool with a bound.</summary>
    /// <param name="capacityBytes">The most bytes that rented and idle blocks may take together.</param>
    public TensorPool(long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacityBytes);
        CapacityBytes = capacityBytes;
    }

#pragma warning disable MA0055 // Tensors that were never disposed keep their pool alive; once all are gone, their blocks must go too.
    /// <summary>Frees every block once neither the pool nor any of its tensors can be reached.</summary>
    ~TensorPool() => FreeAll();
#pragma warning restore MA0055

    /// <summary>The bound.</summary>
    public long CapacityBytes { get; }

    /// <summary>Bytes in blocks that tensors hold now.</summary>
    public long RentedBytes { get; private set; }

    /// <summary>Bytes in blocks kept for reuse.</summary>
    public long IdleBytes { get; private set; }

    /// <summary>The largest <see cref="RentedBytes"/> so far.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>How many blocks were taken from the system so far; constant once everything is reused.</summary>
    public long NativeAllocations { get; private set; }

    /// <summary>A contiguous tensor with undefined contents; disposing it gives the memory back.</summary>
    /// <remarks><b>Errors</b>: <c>TEN0001</c> when the bound does not allow it, <c>TEN0002</c> when the system has no memory.</remarks>
    public Tensor Rent(params ReadOnlySpan<int> shape)
    {
        var tensor = new Tensor();
        tensor.InitializeRented(this, shape);
        return tensor;
    }

    /// <summary>A contiguous tensor of zeros.</summary>
    /// <remarks><b>Errors</b>: as <see cref="Rent"/>.</remarks>
    public Tensor RentZeroed(params ReadOnlySpan<int> shape)
    {
        var tensor = Rent(shape);
        tensor.Fill(0f);
        return tensor;
    }

    /// <summary>Frees the idle blocks.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            FreeIdle();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            FreeIdle();
        }

        // The finaliser stays on: blocks still rented are freed on return, or when nobody can return them any more.
    }

    /// <summary>Takes a block of at least the given length; <paramref name="blockBytes"/> is what must be given back.</summary>
    internal float* RentBlock(long lengthBytes, out long blockBytes)
    {
        blockBytes = BlockBytes(lengthBytes);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            nint block;
            if (_idle.TryGetValue(blockBytes, out var stack) && stack.Count > 0)
            {
                block = stack.Pop();
                IdleBytes -= blockBytes;
            }
            else
            {
                block = Allocate(blockBytes);
            }

            RentedBytes += blockBytes;
            PeakBytes = Math.Max(PeakBytes, RentedBytes);
            return (float*)block;
        }
    }

    internal void ReturnBlock(float* block, long blockBytes)
    {
        lock (_gate)
        {
            RentedBytes -= blockBytes;
            if (_disposed)
            {
                Free((nint)block);
                return;
            }

            if (!_idle.TryGetValue(blockBytes, out var stack))
            {
                _idle.Add(blockBytes, stack = new Stack<nint>());
            }

            stack.Push((nint)block);
            IdleBytes += blockBytes;
        }
    }

    /// <summary>Rounds up to four sizes a doubling, so that few sizes serve all and at most a quarter is wasted.</summary>
    private static long BlockBytes(long lengthBytes)
    {
        var length = Math.Max(lengthBytes, LineBytes);
        var step = Math.Max(LineBytes, (long)BitOperations.RoundUpToPowerOf2((ulong)length) / 2 / StepsPerDoubling);
        return (length + step - 1) / step * step;
    }

    private nint Allocate(long blockBytes)
    {
        if (RentedBytes + IdleBytes + blockBytes > CapacityBytes)
        {
            FreeIdle();
        }

        if (RentedBytes + blockBytes > CapacityBytes)
        {
            throw new TensorException(
                "TEN0001",
                $"Rent tensor memory: {blockBytes} bytes asked for with {RentedBytes} in use, the pool's bound is {CapacityBytes}. Use a smaller batch or sequence, activation checkpointing, or a larger bound.");
        }

        var huge = blockBytes >= HugePageBytes;
        nint block;
        try
        {
            block = (nint)NativeMemory.AlignedAlloc((nuint)blockBytes, huge ? HugePageBytes : (nuint)LineBytes);
        }
        catch (OutOfMemoryException error)
        {
            throw new TensorException(
                "TEN0002",
                $"Rent tensor memory: the system refused {blockBytes} bytes with {RentedBytes} in use. Free memory, or use a smaller batch or model.",
                error);
        }

        if (huge && OperatingSystem.IsLinux())
        {
            // Advice only: without huge pages the memory works the same, with more address look-ups.
            _ = MemoryAdvise((void*)block, (nuint)blockBytes, AdviseHugePage);
        }

        _blocks.Add(block);
        NativeAllocations++;
        return block;
    }

    private void FreeIdle()
    {
        foreach (var stack in _idle.Values)
        {
            while (stack.TryPop(out var block))
            {
                Free(block);
            }
        }

        IdleBytes = 0;
    }

    private void Free(nint block)
    {
        _blocks.Remove(block);
        NativeMemory.AlignedFree((void*)block);
    }

    private void FreeAll()
    {
        foreach (var block in _blocks)
        {
            NativeMemory.AlignedFree((void*)block);
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MemoryAdvise(void* start, nuint lengthBytes, int advice);
}
