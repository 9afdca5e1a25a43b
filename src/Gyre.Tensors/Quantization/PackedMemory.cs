using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Quantization;

/// <summary>Memory that the packed matrices of a model share: a few large pieces, on huge pages where the system offers them.</summary>
/// <remarks>
/// A matrix of less than a huge page would lie on small ones, and reading a model's weights once for every token would
/// spend a quarter of its time looking up addresses.
/// <para><b>Owns</b> the pieces until disposed; matrices packed here must not be used afterwards. One thread at a time.</para>
/// </remarks>
public sealed unsafe class PackedMemory : IDisposable
{
    private const nuint PieceBytes = 32 << 20;
    private const nuint LineBytes = 64;

    private readonly List<AlignedBuffer> _pieces = [];
    private nuint _taken;

    /// <summary>Bytes that the pieces take; those of them that nothing was packed into are not resident.</summary>
    public long LengthBytes => _pieces.Sum(piece => (long)piece.LengthBytes);

    /// <summary>Frees the pieces.</summary>
    public void Dispose()
    {
        foreach (var piece in _pieces)
        {
            piece.Dispose();
        }

        _pieces.Clear();
    }

    /// <summary>Room for a matrix, aligned to a cache line and not cleared.</summary>
    internal byte* Take(nuint lengthBytes)
    {
        var rounded = (lengthBytes + LineBytes - 1) / LineBytes * LineBytes;
        if (_pieces.Count == 0 || _pieces[^1].LengthBytes - _taken < rounded)
        {
            var piece = new AlignedBuffer();
            piece.Ensure(Math.Max(rounded, PieceBytes));
            _pieces.Add(piece);
            _taken = 0;
        }

        var start = _pieces[^1].Start + _taken;
        _taken += rounded;
        return start;
    }
}
