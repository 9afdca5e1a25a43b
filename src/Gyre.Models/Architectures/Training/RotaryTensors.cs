using Gyre.Tensors;

namespace Gyre.Models.Architectures.Training;

/// <summary>Cosines and sines of positions as tensors, made when a longer or differently scaled table is needed.</summary>
internal sealed class RotaryTensors(RotaryFrequencies frequencies, TensorPool pool) : IDisposable
{
    private Tensor? _cosines;
    private Tensor? _sines;
    private int _length;

    public (Tensor Cosines, Tensor Sines) For(int length)
    {
        if (_cosines is null || _sines is null || length > _length || (frequencies.DependsOnLength && length != _length))
        {
            Dispose();
            (_cosines, _sines) = Make(length);
            _length = length;
        }

        return (_cosines, _sines);
    }

    public void Dispose()
    {
        _cosines?.Dispose();
        _sines?.Dispose();
        (_cosines, _sines) = (null, null);
    }

    private (Tensor Cosines, Tensor Sines) Make(int length)
    {
        var (cosines, sines) = (pool.Rent(length, frequencies.Pairs), pool.Rent(length, frequencies.Pairs));
        frequencies.Fill(0, length, length, cosines.Span, sines.Span);
        return (cosines, sines);
    }
}
