using System.Runtime.InteropServices;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Weights;

/// <summary>A tensor waiting to be written; its bytes are read when the file is.</summary>
internal sealed unsafe class TensorPayload
{
    private const int ChunkBytes = 64 << 20;

    private readonly WeightTensor? _tensor;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly ReadOnlyMemory<float> _floats;
    private readonly Action<Stream>? _write;

    private TensorPayload(
        string name, ElementFormat format, long[] shape, WeightTensor? tensor, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<float> floats, Action<Stream>? write = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Format = format;
        Shape = shape;
        _tensor = tensor;
        _bytes = bytes;
        _floats = floats;
        _write = write;
        if (!ElementLayout.Of(format).TryMeasure(shape, out _, out var measured))
        {
            throw new ArgumentException($"Tensor {WeightErrors.Quote(name)} of shape [{string.Join(", ", shape)}] has no whole number of {format} blocks.", nameof(shape));
        }

        var given = tensor?.LengthBytes ?? (bytes.Length + ((long)floats.Length * sizeof(float)));
        if (write is null && given != measured)
        {
            throw new ArgumentException($"Tensor {WeightErrors.Quote(name)} of shape [{string.Join(", ", shape)}] in {format} takes {measured} bytes; {given} were given.", nameof(shape));
        }

        LengthBytes = measured;
    }

    public string Name { get; }

    public ElementFormat Format { get; }

    public long[] Shape { get; }

    public long LengthBytes { get; }

    public static TensorPayload Of(WeightTensor tensor) =>
        new(tensor.Name, tensor.Format, [.. tensor.Shape], tensor, default, default);

    public static TensorPayload Of(string name, ElementFormat format, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> bytes) =>
        new(name, format, shape.ToArray(), null, bytes, default);

    public static TensorPayload Of(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<float> values) =>
        new(name, ElementFormat.F32, shape.ToArray(), null, default, values);

    public static TensorPayload Of(string name, ElementFormat format, ReadOnlySpan<long> shape, Action<Stream> write) =>
        new(name, format, shape.ToArray(), null, default, default, write);

    public void WriteTo(Stream stream)
    {
        if (_write is not null)
        {
            var start = stream.Position;
            _write(stream);
            if (stream.Position - start != LengthBytes)
            {
                throw new InvalidOperationException($"Tensor {WeightErrors.Quote(Name)} takes {LengthBytes} bytes; {stream.Position - start} were written.");
            }

            return;
        }

        if (_tensor is null)
        {
            stream.Write(_bytes.Span);
            stream.Write(MemoryMarshal.AsBytes(_floats.Span));
            return;
        }

        for (var done = 0L; done < LengthBytes; done += ChunkBytes)
        {
            stream.Write(new ReadOnlySpan<byte>(_tensor.Bytes + done, (int)Math.Min(ChunkBytes, LengthBytes - done)));
        }

        GC.KeepAlive(_tensor);
    }
}
