using Gyre.Tensors;

namespace Gyre.Models.Architectures.Training;

/// <summary>What attention scores grow by with the position of the key, as a tensor that broadcasts to [B, H, T, S].</summary>
/// <remarks>The softmax of a row does not change when all its scores grow alike, so the query's own position plays no part.</remarks>
internal sealed class AlibiTensors(IReadOnlyList<float> slopes, TensorPool pool) : IDisposable
{
    private Tensor? _bias;

    public Tensor For(int length)
    {
        if (_bias is null || _bias.Shape[2] != length)
        {
            Dispose();
            _bias = Make(length);
        }

        return _bias;
    }

    public void Dispose()
    {
        _bias?.Dispose();
        _bias = null;
    }

    private Tensor Make(int length)
    {
        var bias = pool.Rent(slopes.Count, 1, length);
        var values = bias.Span;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = slopes[i / length] * (i % length);
        }

        return bias;
    }
}
