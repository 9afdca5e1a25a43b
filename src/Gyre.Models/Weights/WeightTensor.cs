using Gyre.Tensors.Quantization;

namespace Gyre.Models.Weights;

/// <summary>One named tensor of a weight file, still encoded, in memory that its <see cref="IWeightSource"/> owns.</summary>
/// <remarks>
/// <para>Shape: row-major, slowest axis first, in every format (GGUF's fastest-first dims are reversed by its reader).</para>
/// <para>Owns: nothing; <see cref="Bytes"/> is valid until the source is disposed.</para>
/// </remarks>
public sealed unsafe class WeightTensor
{
    private readonly byte* _bytes;

    /// <summary>Wraps encoded bytes without copying them.</summary>
    /// <param name="name">The tensor's name in its file.</param>
    /// <param name="format">How the elements are encoded.</param>
    /// <param name="shape">Row-major shape, slowest axis first; empty for a scalar.</param>
    /// <param name="bytes">The first encoded byte.</param>
    /// <param name="lengthBytes">The number of encoded bytes.</param>
    /// <param name="owner">Kept reachable while this tensor is: what owns the memory. It is not disposed here.</param>
    public WeightTensor(string name, ElementFormat format, IReadOnlyList<long> shape, byte* bytes, long lengthBytes, object? owner = null)
    {
        Name = name;
        Format = format;
        Shape = shape;
        _bytes = bytes;
        LengthBytes = lengthBytes;
        Owner = owner;
    }

    /// <summary>What owns the memory, when that is known.</summary>
    public object? Owner { get; }

    /// <summary>The tensor's name in its file.</summary>
    public string Name { get; }

    /// <summary>How the elements are encoded.</summary>
    public ElementFormat Format { get; }

    /// <summary>Row-major shape, slowest axis first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The number of encoded bytes.</summary>
    public long LengthBytes { get; }

    /// <summary>The first encoded byte.</summary>
    public byte* Bytes => _bytes;
}
