using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Weights;

/// <summary>Collects tensors and free strings, and writes them as one safetensors file.</summary>
/// <remarks>
/// <para>The same content gives the same bytes, in whatever order it was added: tensors are sorted by the width of their
/// elements, widest first, then by name in UTF-8 order; strings by key. The data starts at a multiple of 8 bytes.</para>
/// <para>Owns: nothing. Memory that was added is read by <see cref="Write(string)"/> and must stay valid and unchanged until then.
/// Not safe for several threads.</para>
/// <para>Source: the safetensors format.</para>
/// </remarks>
public sealed class SafetensorsWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, Entry> _tensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Sets a free string beside the tensors; the same key again replaces it.</summary>
    public SafetensorsWriter SetMetadata(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        _metadata[key] = value;
        return this;
    }

    /// <summary>Adds a tensor of another file or of native memory, without copying it.</summary>
    /// <remarks>Errors: <see cref="ArgumentException"/> when the name is taken, or the encoding is one of blocks.</remarks>
    public SafetensorsWriter Add(WeightTensor tensor) => Add(TensorPayload.Of(tensor));

    /// <summary>Adds single-precision values, without copying them.</summary>
    /// <remarks>Errors: <see cref="ArgumentException"/> when the name is taken or the shape does not hold the values.</remarks>
    public SafetensorsWriter Add(string name, ReadOnlyMemory<float> values, params ReadOnlySpan<long> shape) =>
        Add(TensorPayload.Of(name, shape, values));

    /// <summary>Adds encoded bytes, without copying them.</summary>
    /// <remarks>Errors: <see cref="ArgumentException"/> when the name is taken, the encoding is one of blocks, or the shape does not hold the bytes.</remarks>
    public SafetensorsWriter Add(string name, ElementFormat format, ReadOnlyMemory<byte> bytes, params ReadOnlySpan<long> shape) =>
        Add(TensorPayload.Of(name, format, shape, bytes));

    /// <summary>Writes the file as a whole: at every moment the path holds the old content or the new.</summary>
    /// <remarks>
    /// Blocking, because it reads the caller's memory and ends with a flush to the disk.
    /// Errors: <see cref="ModelException"/> RUN0007 when the disk is full or the folder cannot be written; the file of
    /// before is intact then.
    /// </remarks>
    public void Write(string path) => Write(path, _tensors.Values);

    /// <summary>Writes a model folder's weights in several files with an index, when they do not fit one; the index comes last.</summary>
    /// <param name="folder">An existing folder; receives <c>model-00001-of-0000N.safetensors</c> and so on with <c>model.safetensors.index.json</c>, or only <c>model.safetensors</c>.</param>
    /// <param name="maxShardBytes">The most bytes of tensors in a file, at least 1; a larger tensor has a file of its own.</param>
    /// <remarks>
    /// Tensors are taken in the order of their names. Files of an earlier write with another number of shards stay; the index does not name them.
    /// Errors: as <see cref="Write(string)"/>.
    /// </remarks>
    public void WriteSharded(string folder, long maxShardBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShardBytes, 1);
        var shards = new List<List<Entry>>();
        var room = 0L;
        foreach (var tensor in _tensors.Values.OrderBy(tensor => tensor.Payload.Name, StringComparer.Ordinal))
        {
            if (shards.Count == 0 || tensor.Payload.LengthBytes > room)
            {
                shards.Add([]);
                room = maxShardBytes;
            }

            shards[^1].Add(tensor);
            room -= tensor.Payload.LengthBytes;
        }

        var indexPath = Path.Combine(folder, "model.safetensors.index.json");
        if (shards.Count <= 1)
        {
            Write(Path.Combine(folder, "model.safetensors"));
            File.Delete(indexPath); // Of an earlier write: readers would follow it.
            return;
        }

        var places = new JsonObject();
        for (var i = 0; i < shards.Count; i++)
        {
            var name = $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors";
            Write(Path.Combine(folder, name), shards[i]);
            foreach (var tensor in shards[i])
            {
                places[tensor.Payload.Name] = name;
            }
        }

        var index = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = _tensors.Values.Sum(tensor => tensor.Payload.LengthBytes) },
            ["weight_map"] = places,
        };
        var bytes = StrictUtf8.GetBytes(index.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        AtomicFile.Write(indexPath, bytes.Length, stream => stream.Write(bytes));
    }

    private void Write(string path, IEnumerable<Entry> tensors)
    {
        var ordered = tensors.ToArray();
        Array.Sort(ordered, static (a, b) =>
        {
            var byWidth = b.Dtype.Bits.CompareTo(a.Dtype.Bits);
            return byWidth != 0 ? byWidth : a.NameUtf8.AsSpan().SequenceCompareTo(b.NameUtf8);
        });

        var header = BuildHeader(ordered);
        var lengthBytes = 8 + header.Length + ordered.Sum(tensor => tensor.Payload.LengthBytes);
        AtomicFile.Write(path, lengthBytes, stream =>
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
            stream.Write(prefix);
            stream.Write(header);
            foreach (var tensor in ordered)
            {
                tensor.Payload.WriteTo(stream);
            }
        });
    }

    private SafetensorsWriter Add(TensorPayload payload)
    {
        if (!SafetensorsDtype.TryFind(payload.Format, out var dtype))
        {
            throw new ArgumentException($"Tensor {WeightErrors.Quote(payload.Name)}: safetensors has no dtype for {payload.Format}.", nameof(payload));
        }

        if (payload.Name == SafetensorsHeader.MetadataKey || payload.Name.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            throw new ArgumentException($"{WeightErrors.Quote(payload.Name)} cannot name a tensor.", nameof(payload));
        }

        var name = StrictUtf8.GetBytes(payload.Name);
        return _tensors.TryAdd(payload.Name, new Entry(payload, name, dtype))
            ? this
            : throw new ArgumentException($"A tensor named {WeightErrors.Quote(payload.Name)} was added before.", nameof(payload));
    }

    private byte[] BuildHeader(Entry[] ordered)
    {
        var json = new StringBuilder("{");
        if (_metadata.Count > 0)
        {
            json.Append("\"__metadata__\":{");
            foreach (var (key, value) in _metadata)
            {
                AppendString(json, key);
                json.Append(':');
                AppendString(json, value);
                json.Append(',');
            }

            json.Length--;
            json.Append("},");
        }

        var offset = 0L;
        foreach (var (payload, _, dtype) in ordered)
        {
            AppendString(json, payload.Name);
            json.Append(CultureInfo.InvariantCulture, $":{{\"dtype\":\"{dtype.Name}\",\"shape\":[{string.Join(',', payload.Shape)}],\"data_offsets\":[{offset},{offset + payload.LengthBytes}]}},");
            offset += payload.LengthBytes;
        }

        if (json[^1] == ',')
        {
            json.Length--;
        }

        json.Append('}');
        var length = StrictUtf8.GetByteCount(json.ToString());
        var padded = (length + 7) / 8 * 8;
        if (padded > SafetensorsHeader.MaxHeaderBytes)
        {
            throw new ArgumentException($"The names and strings take {padded} bytes; a safetensors header holds {SafetensorsHeader.MaxHeaderBytes}.");
        }

        var header = new byte[padded];
        StrictUtf8.GetBytes(json.ToString(), header);
        header.AsSpan(length).Fill((byte)' ');
        return header;
    }

    private static void AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                < ' ' => json.Append("\\u00").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }

    private sealed record Entry(TensorPayload Payload, byte[] NameUtf8, SafetensorsDtype Dtype);
}
