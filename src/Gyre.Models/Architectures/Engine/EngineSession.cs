namespace Gyre.Models.Architectures.Engine;

/// <summary>One sequence: its keys and values, and how far it has come.</summary>
internal sealed unsafe class EngineSession : IDecoderSession
{
    private readonly EngineDecoder _decoder;
    private readonly NativeBuffer _keys;
    private readonly NativeBuffer _values;
    private bool _disposed;

    public EngineSession(EngineDecoder decoder, int capacity, long floats)
    {
        _decoder = decoder;
        Capacity = capacity;
        _keys = NativeBuffer.OfFloats(floats);
        _values = NativeBuffer.OfFloats(floats);
    }

    public int Position { get; private set; }

    public int Capacity { get; }

    internal float* Keys => _keys.Floats;

    internal float* Values => _values.Floats;

    public ReadOnlySpan<float> Forward(ReadOnlySpan<int> tokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _decoder.Forward(this, tokens);
    }

    public void ForwardAll(ReadOnlySpan<int> tokens, Span<float> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _decoder.ForwardAll(this, tokens, destination);
    }

    /// <summary>Shows every layer's output for the tokens that follow.</summary>
    public void ForwardObserved(ReadOnlySpan<int> tokens, LayerObserver observer) =>
        _decoder.ForwardObserved(this, tokens, observer);

    public void Truncate(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Position);
        Position = position;
    }

    public void Dispose()
    {
        _disposed = true;
        _keys.Dispose();
        _values.Dispose();
    }

    internal void Advance(int tokens) => Position += tokens;
}
