namespace Gyre.Models.Architectures.Engine;

/// <summary>One sequence: its keys and values, and how far it has come.</summary>
/// <remarks>The room grows with the sequence, by doubling, up to <see cref="Capacity"/>: a short answer never pays for a long context.</remarks>
internal sealed unsafe class EngineSession : IDecoderSession
{
    private const int FirstRoom = 256;

    private readonly EngineDecoder _decoder;
    private readonly int _rows;
    private readonly int _width;
    private readonly NativeBuffer _logits;
    private NativeBuffer _keys;
    private NativeBuffer _values;
    private bool _disposed;

    /// <param name="decoder">The model.</param>
    /// <param name="capacity">The most tokens.</param>
    /// <param name="rows">Layers × key–value heads.</param>
    /// <param name="width">The width of a head.</param>
    /// <param name="vocabulary">Logits of a position.</param>
    public EngineSession(EngineDecoder decoder, int capacity, int rows, int width, int vocabulary)
    {
        _decoder = decoder;
        _rows = rows;
        _width = width;
        Capacity = capacity;
        Room = Math.Min(capacity, FirstRoom);
        _keys = NativeBuffer.OfFloats((long)rows * Room * width);
        _values = NativeBuffer.OfFloats((long)rows * Room * width);
        _logits = NativeBuffer.OfFloats(vocabulary);
    }

    public int Position { get; private set; }

    public int Capacity { get; }

    /// <summary>The tokens that the keys and values have room for now: [layer][key–value head][room][head width].</summary>
    internal int Room { get; private set; }

    internal float* Keys => _keys.Floats;

    internal float* Values => _values.Floats;

    /// <summary>Where the logits of this session's last call are: [vocabulary].</summary>
    internal float* Logits => _logits.Floats;

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

    public void CopyFrom(IDecoderSession other)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (other is not EngineSession source || source._decoder != _decoder)
        {
            throw new ArgumentException("Copy a session: expected one of the same model.", nameof(other));
        }

        ObjectDisposedException.ThrowIf(source._disposed, source);
        _decoder.Copy(source, this);
    }

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
        _logits.Dispose();
    }

    internal void Advance(int tokens) => Position += tokens;

    /// <summary>Takes over keys, values and position of another session; there is room for them.</summary>
    internal void Take(EngineSession source)
    {
        Position = 0; // What it held need not be kept when its room grows.
        Ensure(source.Position);
        var bytes = (long)source.Position * _width * sizeof(float);
        for (long row = 0; row < _rows; row++)
        {
            Buffer.MemoryCopy(source.Keys + (row * source.Room * _width), Keys + (row * Room * _width), bytes, bytes);
            Buffer.MemoryCopy(source.Values + (row * source.Room * _width), Values + (row * Room * _width), bytes, bytes);
        }

        Position = source.Position;
    }

    /// <summary>Makes room for this many tokens in all, at most <see cref="Capacity"/>; what is there stays.</summary>
    internal void Ensure(int tokens)
    {
        if (tokens <= Room)
        {
            return;
        }

        var room = Math.Min(Capacity, Math.Max(tokens, Room * 2));
        var keys = Grown(_keys, room);
        try
        {
            (_values, var old) = (Grown(_values, room), _values);
            old.Dispose();
        }
        catch (OutOfMemoryException)
        {
            keys.Dispose();
            throw;
        }

        _keys.Dispose();
        _keys = keys;
        Room = room;
    }

    private NativeBuffer Grown(NativeBuffer old, int room)
    {
        var grown = NativeBuffer.OfFloats((long)_rows * room * _width);
        var bytes = (long)Position * _width * sizeof(float);
        for (var row = 0; row < _rows; row++)
        {
            Buffer.MemoryCopy(old.Floats + ((long)row * Room * _width), grown.Floats + ((long)row * room * _width), bytes, bytes);
        }

        return grown;
    }
}
