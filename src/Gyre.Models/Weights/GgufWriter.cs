using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Weights;

/// <summary>Collects keys and tensors, and writes them as one GGUF file of version 3.</summary>
/// <remarks>
/// <para>Keys and tensors are written in the order they were added. The key <c>general.alignment</c>, when set, is followed.</para>
/// <para>Owns: nothing. Memory that was added is read by <see cref="Write"/> and must stay valid and unchanged until then.
/// Not safe for several threads.</para>
/// <para>Errors: what GGUF cannot hold (a name or key twice or too long, text that is not Unicode, more than four dimensions, an encoding
/// without a type id) is an <see cref="ArgumentException"/> where it is added. Source: GGUF v3.</para>
/// </remarks>
public sealed class GgufWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<(string Key, GgufValueType Type, byte[] Value)> _keys = [];
    private readonly HashSet<string> _keyNames = new(StringComparer.Ordinal);
    private readonly List<TensorPayload> _tensors = [];
    private readonly HashSet<string> _tensorNames = new(StringComparer.Ordinal);
    private long _alignmentBytes = GgufHeader.DefaultAlignmentBytes;

    /// <summary>Copies keys of another file, types and order included.</summary>
    /// <param name="metadata">The other file's keys.</param>
    /// <param name="isWanted">Which of them; null for all.</param>
    public GgufWriter CopyMetadata(GgufMetadata metadata, Func<string, bool>? isWanted = null)
    {
        foreach (var key in metadata.Keys.Where(key => isWanted?.Invoke(key) ?? true))
        {
            // The keys are those of the metadata itself, so each has a type.
            Set(key, metadata.TypeOf(key)!.Value, metadata.RawValue(key).ToArray());
        }

        return this;
    }

    /// <summary>Copies the keys of another writer, except some.</summary>
    internal GgufWriter CopyKeys(GgufWriter other, IReadOnlyCollection<string> except)
    {
        foreach (var (key, type, value) in other._keys.Where(entry => !except.Contains(entry.Key)))
        {
            Set(key, type, value);
        }

        return this;
    }

    /// <summary>Sets text.</summary>
    public GgufWriter SetString(string key, string value) => Set(key, GgufValueType.String, Encode(value));

    /// <summary>Sets an unsigned 32-bit number: the usual type of counts and ids.</summary>
    public GgufWriter SetUInt32(string key, uint value) => Set(key, GgufValueType.UInt32, BitConverter.GetBytes(value));

    /// <summary>Sets a signed 64-bit number.</summary>
    public GgufWriter SetInt64(string key, long value) => Set(key, GgufValueType.Int64, BitConverter.GetBytes(value));

    /// <summary>Sets a single-precision number.</summary>
    public GgufWriter SetFloat(string key, float value) => Set(key, GgufValueType.Float32, BitConverter.GetBytes(value));

    /// <summary>Sets a truth value.</summary>
    public GgufWriter SetBoolean(string key, bool value) => Set(key, GgufValueType.Boolean, [value ? (byte)1 : (byte)0]);

    /// <summary>Sets an array of text.</summary>
    public GgufWriter SetStrings(string key, IReadOnlyList<string> values)
    {
        using var bytes = new MemoryStream();
        WriteArrayHead(bytes, GgufValueType.String, values.Count);
        foreach (var value in values)
        {
            bytes.Write(Encode(value));
        }

        return Set(key, GgufValueType.Array, bytes.ToArray());
    }

    /// <summary>Sets an array of signed 32-bit numbers.</summary>
    public GgufWriter SetInt32s(string key, ReadOnlySpan<int> values)
    {
        using var bytes = new MemoryStream();
        WriteArrayHead(bytes, GgufValueType.Int32, values.Length);
        foreach (var value in values)
        {
            bytes.Write(BitConverter.GetBytes(value));
        }

        return Set(key, GgufValueType.Array, bytes.ToArray());
    }

    /// <summary>Sets an array of bytes.</summary>
    public GgufWriter SetBytes(string key, ReadOnlySpan<byte> values)
    {
        using var bytes = new MemoryStream();
        WriteArrayHead(bytes, GgufValueType.UInt8, values.Length);
        bytes.Write(values);
        return Set(key, GgufValueType.Array, bytes.ToArray());
    }

    /// <summary>Sets an array of single-precision numbers.</summary>
    public GgufWriter SetFloats(string key, ReadOnlySpan<float> values)
    {
        using var bytes = new MemoryStream();
        WriteArrayHead(bytes, GgufValueType.Float32, values.Length);
        foreach (var value in values)
        {
            bytes.Write(BitConverter.GetBytes(value));
        }

        return Set(key, GgufValueType.Array, bytes.ToArray());
    }

    /// <summary>Adds a tensor of another file or of native memory, without copying it.</summary>
    public GgufWriter Add(WeightTensor tensor) => Add(TensorPayload.Of(tensor));

    /// <summary>Adds single-precision values, without copying them.</summary>
    public GgufWriter Add(string name, ReadOnlyMemory<float> values, params ReadOnlySpan<long> shape) =>
        Add(TensorPayload.Of(name, shape, values));

    /// <summary>Adds encoded bytes, without copying them.</summary>
    public GgufWriter Add(string name, ElementFormat format, ReadOnlyMemory<byte> bytes, params ReadOnlySpan<long> shape) =>
        Add(TensorPayload.Of(name, format, shape, bytes));

    /// <summary>Adds a tensor whose encoded bytes are produced when the file is written, so that it need not fit in memory.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="format">Its encoding.</param>
    /// <param name="write">Writes exactly the bytes that the shape takes; called once by <see cref="Write"/>, which passes its exceptions on.</param>
    /// <param name="shape">Row-major shape.</param>
    public GgufWriter Add(string name, ElementFormat format, Action<Stream> write, params ReadOnlySpan<long> shape) =>
        Add(TensorPayload.Of(name, format, shape, write));

    /// <summary>Writes the file as a whole: at every moment the path holds the old content or the new.</summary>
    /// <remarks>
    /// Blocking, because it reads the caller's memory and ends with a flush to the disk.
    /// Errors: <see cref="ModelException"/> RUN0007 when the disk is full or the folder cannot be written; the file of
    /// before is intact then.
    /// </remarks>
    public void Write(string path)
    {
        var head = BuildHead();
        var lengthBytes = Pad(head.Length) + _tensors.Sum(tensor => Pad(tensor.LengthBytes));
        AtomicFile.Write(path, lengthBytes, stream =>
        {
            stream.Write(head);
            WritePadding(stream, head.Length);
            foreach (var tensor in _tensors)
            {
                tensor.WriteTo(stream);
                WritePadding(stream, tensor.LengthBytes);
            }
        });
    }

    private static void WriteArrayHead(MemoryStream bytes, GgufValueType elementType, int count)
    {
        bytes.Write(BitConverter.GetBytes((uint)elementType));
        bytes.Write(BitConverter.GetBytes((ulong)count));
    }

    private static byte[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[8 + StrictUtf8.GetByteCount(text)];
        StrictUtf8.GetBytes(text, bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)(bytes.Length - 8));
        return bytes;
    }

    private byte[] BuildHead()
    {
        using var head = new MemoryStream();
        head.Write("GGUF"u8);
        head.Write(BitConverter.GetBytes(3u));
        head.Write(BitConverter.GetBytes((ulong)_tensors.Count));
        head.Write(BitConverter.GetBytes((ulong)_keys.Count));
        foreach (var (key, type, value) in _keys)
        {
            head.Write(Encode(key));
            head.Write(BitConverter.GetBytes((uint)type));
            head.Write(value);
        }

        var offset = 0L;
        foreach (var tensor in _tensors)
        {
            head.Write(Encode(tensor.Name));
            head.Write(BitConverter.GetBytes((uint)tensor.Shape.Length));
            for (var d = tensor.Shape.Length - 1; d >= 0; d--)
            {
                head.Write(BitConverter.GetBytes(tensor.Shape[d]));
            }

            head.Write(BitConverter.GetBytes((uint)tensor.Format));
            head.Write(BitConverter.GetBytes(offset));
            offset += Pad(tensor.LengthBytes);
        }

        return head.ToArray();
    }

    private GgufWriter Set(string key, GgufValueType type, byte[] value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (StrictUtf8.GetByteCount(key) > GgufHeader.MaxKeyBytes || !_keyNames.Add(key))
        {
            throw new ArgumentException($"The key {WeightErrors.Quote(key)} was set before or is longer than {GgufHeader.MaxKeyBytes} bytes.", nameof(key));
        }

        if (key == GgufHeader.AlignmentKey)
        {
            var alignment = type == GgufValueType.UInt32 ? BinaryPrimitives.ReadUInt32LittleEndian(value) : 0;
            if (alignment < 8 || alignment > 1 << 30 || !BitOperations.IsPow2(alignment))
            {
                throw new ArgumentException($"{GgufHeader.AlignmentKey} is an unsigned 32-bit power of two from 8 to 2^30.", nameof(value));
            }

            _alignmentBytes = alignment;
        }

        _keys.Add((key, type, value));
        return this;
    }

    private GgufWriter Add(TensorPayload payload)
    {
        if ((uint)payload.Format >= 1000 || payload.Shape.Length > GgufHeader.MaxDims)
        {
            throw new ArgumentException($"Tensor {WeightErrors.Quote(payload.Name)}: GGUF has no type for {payload.Format}, or not {payload.Shape.Length} dimensions.", nameof(payload));
        }

        if (StrictUtf8.GetByteCount(payload.Name) > GgufHeader.MaxTensorNameBytes || payload.Name.AsSpan().ContainsAnyInRange('\0', '\u001F') || !_tensorNames.Add(payload.Name))
        {
            throw new ArgumentException($"The tensor name {WeightErrors.Quote(payload.Name)} was added before, has control characters or is longer than {GgufHeader.MaxTensorNameBytes} bytes.", nameof(payload));
        }

        _tensors.Add(payload);
        return this;
    }

    private long Pad(long lengthBytes) => (lengthBytes + _alignmentBytes - 1) & ~(_alignmentBytes - 1);

    private void WritePadding(Stream stream, long lengthBytes)
    {
        Span<byte> zeros = stackalloc byte[64];
        zeros.Clear();
        for (var missing = Pad(lengthBytes) - lengthBytes; missing > 0;)
        {
            var now = (int)Math.Min(missing, zeros.Length);
            stream.Write(zeros[..now]);
            missing -= now;
        }
    }
}
