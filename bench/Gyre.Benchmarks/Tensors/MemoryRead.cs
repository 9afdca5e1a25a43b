using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Gyre.Tensors.Threading;

namespace Gyre.Benchmarks.Tensors;

/// <summary>The limit of a product with one token: reading as many bytes from memory, and nothing else.</summary>
internal static unsafe class MemoryRead
{
    /// <summary>Reads a buffer with every member; the sum keeps the reads alive.</summary>
    public static long Run(ThreadTeam team, byte* start, long lengthBytes)
    {
        var call = new Call { Start = start, LengthBytes = lengthBytes };
        team.Run(&ReadPart, &call);
        return call.Sum;
    }

    /// <summary>Memory on huge pages where the system grants them, as packed weights have it; freed with AlignedFree.</summary>
    public static byte* Allocate(long lengthBytes)
    {
        const long HugePageBytes = 2 << 20;
        var rounded = (nuint)((lengthBytes + HugePageBytes - 1) / HugePageBytes * HugePageBytes);
        var start = (byte*)NativeMemory.AlignedAlloc(rounded, (nuint)HugePageBytes);
        if (OperatingSystem.IsLinux())
        {
            _ = MemoryAdvise(start, rounded, 14);
        }

        return start;
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MemoryAdvise(void* start, nuint lengthBytes, int advice);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadPart(int member, int size, void* state)
    {
        var call = (Call*)state;
        var (begin, end) = ThreadTeam.Slice((int)(call->LengthBytes / 512), member, size);
        var (s0, s1, s2, s3) = (Vector512<long>.Zero, Vector512<long>.Zero, Vector512<long>.Zero, Vector512<long>.Zero);
        for (var i = begin; i < end; i++)
        {
            var line = (long*)(call->Start + (i * 512L));
            s0 += Vector512.Load(line) ^ Vector512.Load(line + 8);
            s1 += Vector512.Load(line + 16) ^ Vector512.Load(line + 24);
            s2 += Vector512.Load(line + 32) ^ Vector512.Load(line + 40);
            s3 += Vector512.Load(line + 48) ^ Vector512.Load(line + 56);
        }

        Interlocked.Add(ref call->Sum, Vector512.Sum(s0 + s1 + s2 + s3));
    }

    private struct Call
    {
        public byte* Start;
        public long LengthBytes;
        public long Sum;
    }
}
