using System.Runtime.InteropServices;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Native memory aligned to 64 bytes, of a fixed length, freed on dispose or finalisation.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private byte* _start;

    public NativeBuffer(long lengthBytes)
    {
        LengthBytes = lengthBytes;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(lengthBytes, 64), 64);
    }

#pragma warning disable MA0055 // The owner of native memory: without it a forgotten session would leak its cache.
    ~NativeBuffer() => NativeMemory.AlignedFree(_start);
#pragma warning restore MA0055

    public long LengthBytes { get; }

    public byte* Bytes => _start;

    public float* Floats => (float*)_start;

    public static NativeBuffer OfFloats(long count) => new(count * sizeof(float));

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        GC.SuppressFinalize(this);
    }
}
