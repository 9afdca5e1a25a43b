using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace Gyre.Models.Weights;

/// <summary>The parsed and checked head of a GGUF file: keys, tensors and where their bytes lie.</summary>
/// <remarks>Source: GGUF v2 and v3, little-endian.</remarks>
internal sealed class GgufHeader
{
    /// <summary>The alignment when the file does not say.</summary>
    public const int DefaultAlignmentBytes = 32;

    /// <summary>The key that gives the alignment.</summary>
    public const string AlignmentKey = "general.alignment";

    /// <summary>The most dimensions of a tensor.</summary>
    public const int MaxDims = 4;

    /// <summary>The longest tensor name.</summary>
    public const int MaxTensorNameBytes = 64;

    /// <summary>The longest key.</summary>
    public const int MaxKeyBytes = 65535;

    private const int MaxKeys = 1 << 16;
    private const int MaxTensors = 1 << 20;
    private const int MaxArrayDepth = 4;
    private const int MinKeyBytes = 8 + 4 + 1;
    private const int MinTensorBytes = 8 + 4 + 4 + 8;

    private GgufHeader(uint version, GgufMetadata metadata, long alignmentBytes, Entry[] tensors)
    {
        Version = version;
        Metadata = metadata;
        AlignmentBytes = alignmentBytes;
        Tensors = tensors;
    }

    /// <summary>2 or 3.</summary>
    public uint Version { get; }

    /// <summary>The key-value pairs.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>What every tensor's offset is a multiple of.</summary>
    public long AlignmentBytes { get; }

    /// <summary>The tensors, in file order.</summary>
    public Entry[] Tensors { get; }

    /// <summary>Parses and checks the head against the whole file.</summary>
    public static GgufHeader Parse(MappedFile file)
    {
        var path = file.Path;
        if (file.LengthBytes < 4 || !file.Span(0, 4).SequenceEqual("GGUF"u8))
        {
            throw WeightErrors.NotGguf(path, file.LengthBytes < 4 ? $"it has {file.LengthBytes} bytes" : "it does not start with GGUF", "a file that starts with GGUF");
        }

        var cursor = new GgufCursor(file) { Offset = 4 };
        var version = cursor.TakeUInt32("the version");
        if (version is not (2 or 3))
        {
            var found = (version & 0xFFFF) == 0 ? "it is big-endian" : $"it is of version {version}";
            throw WeightErrors.NotGguf(path, found, "little-endian GGUF version 2 or 3");
        }

        var tensorCount = cursor.TakeUInt64("the number of tensors");
        var keyCount = cursor.TakeCount("keys", MinKeyBytes, MaxKeys);
        var mostTensors = Math.Min(MaxTensors, cursor.RemainingBytes / MinTensorBytes);
        if (tensorCount > (ulong)mostTensors)
        {
            throw WeightErrors.GgufExtent(path, $"it claims {tensorCount} tensors", $"at most {mostTensors} in the {cursor.RemainingBytes} bytes that follow");
        }

        var metadata = ReadMetadata(file, ref cursor, keyCount);
        var alignment = ReadAlignment(path, metadata);
        var tensors = ReadTensors(path, ref cursor, (int)tensorCount);
        Place(file, tensors, cursor.Offset, alignment);
        return new GgufHeader(version, metadata, alignment, tensors);
    }

    private static GgufMetadata ReadMetadata(MappedFile file, ref GgufCursor cursor, int keyCount)
    {
        var slots = new Dictionary<string, GgufMetadata.Slot>(keyCount, StringComparer.Ordinal);
        var keys = new string[keyCount];
        for (var i = 0; i < keyCount; i++)
        {
            var bytes = cursor.TakeString("a key");
            if (bytes.Length is 0 or > MaxKeyBytes || !Utf8.IsValid(bytes))
            {
                throw WeightErrors.GgufExtent(file.Path, $"key {i} has {bytes.Length} bytes or is not UTF-8", $"1 to {MaxKeyBytes} bytes of UTF-8");
            }

            var key = Encoding.UTF8.GetString(bytes);
            var type = TakeType(file.Path, key, ref cursor);
            var start = cursor.Offset;
            var (elementType, count) = type == GgufValueType.Array ? PeekArray(file.Path, key, cursor) : (type, 1);
            Skip(file.Path, key, type, ref cursor, 0);
            if (!slots.TryAdd(key, new GgufMetadata.Slot(type, elementType, start, cursor.Offset - start, count)))
            {
                throw WeightErrors.GgufMetadata(file.Path, key, "the key occurs twice", "every key once");
            }

            keys[i] = key;
        }

        return new GgufMetadata(file, slots, keys);
    }

    private static GgufValueType TakeType(string path, string key, ref GgufCursor cursor)
    {
        var id = cursor.TakeUInt32("a value's type");
        return id <= (uint)GgufValueType.Float64
            ? (GgufValueType)id
            : throw WeightErrors.GgufMetadata(path, key, $"a value of type {id}", "a type from 0 to 12");
    }

    private static (GgufValueType ElementType, int Count) PeekArray(string path, string key, GgufCursor cursor) => TakeArrayHead(path, key, ref cursor);

    private static (GgufValueType ElementType, int Count) TakeArrayHead(string path, string key, ref GgufCursor cursor)
    {
        var elementType = TakeType(path, key, ref cursor);
        var minBytesEach = elementType switch
        {
            GgufValueType.String => 8,
            GgufValueType.Array => 12,
            _ => GgufMetadata.WidthOf(elementType),
        };
        return (elementType, cursor.TakeCount("array elements", minBytesEach, GgufCursor.MaxArrayElements));
    }

    private static void Skip(string path, string key, GgufValueType type, ref GgufCursor cursor, int depth)
    {
        switch (type)
        {
            case GgufValueType.String:
                cursor.TakeString("a string");
                break;
            case GgufValueType.Array:
                if (depth == MaxArrayDepth)
                {
                    throw WeightErrors.GgufMetadata(path, key, $"arrays nested more than {MaxArrayDepth} deep", $"at most {MaxArrayDepth}");
                }

                var (elementType, count) = TakeArrayHead(path, key, ref cursor);
                var width = GgufMetadata.WidthOf(elementType);
                if (width > 0)
                {
                    cursor.Offset += (long)count * width; // TakeArrayHead has checked that the file holds them.
                    break;
                }

                for (var i = 0; i < count; i++)
                {
                    Skip(path, key, elementType, ref cursor, depth + 1);
                }

                break;
            case GgufValueType.Boolean:
                var value = cursor.Take(1, "a boolean")[0];
                if (value > 1)
                {
                    throw WeightErrors.GgufMetadata(path, key, $"a boolean of byte {value}", "0 or 1");
                }

                break;
            default:
                cursor.Take(GgufMetadata.WidthOf(type), "a number");
                break;
        }
    }

    private static long ReadAlignment(string path, GgufMetadata metadata)
    {
        if (!metadata.TryGetInteger(AlignmentKey, out var alignment))
        {
            return DefaultAlignmentBytes;
        }

        return alignment >= 8 && alignment <= 1 << 30 && BitOperations.IsPow2(alignment)
            ? alignment
            : throw WeightErrors.GgufMetadata(path, AlignmentKey, $"an alignment of {alignment}", "a power of two from 8 to 2^30");
    }

    private static Entry[] ReadTensors(string path, ref GgufCursor cursor, int count)
    {
        var tensors = new Entry[count];
        for (var i = 0; i < count; i++)
        {
            var bytes = cursor.TakeString("a tensor's name");
            if (bytes.Length is 0 or > MaxTensorNameBytes || !Utf8.IsValid(bytes) || bytes.ContainsAnyInRange((byte)0, (byte)31))
            {
                throw WeightErrors.GgufExtent(path, $"the name of tensor {i} has {bytes.Length} bytes, is not UTF-8 or has control characters", $"1 to {MaxTensorNameBytes} bytes of UTF-8 text");
            }

            var name = Encoding.UTF8.GetString(bytes);
            var dims = cursor.TakeUInt32("the number of dimensions");
            if (dims > MaxDims)
            {
                throw WeightErrors.GgufTensor(path, name, $"it has {dims} dimensions", $"at most {MaxDims}");
            }

            var shape = new long[dims];
            for (var d = (int)dims - 1; d >= 0; d--)
            {
                var size = cursor.TakeUInt64("a dimension");
                shape[d] = size <= long.MaxValue
                    ? (long)size
                    : throw WeightErrors.GgufTensor(path, name, $"a dimension is {size}", $"at most {long.MaxValue}");
            }

            var type = GgufTensorType.Of(cursor.TakeUInt32("a tensor's type"));
            var offset = cursor.TakeUInt64("a tensor's offset");
            var lengthBytes = 0L;
            if (type.Layout is { } layout && !layout.TryMeasure(shape, out _, out lengthBytes))
            {
                throw WeightErrors.GgufTensor(path, name, $"its shape [{string.Join(", ", shape)}] of {type.Name} has no whole number of blocks or overflows", $"rows of a multiple of {layout.ElementsPerBlock} elements, in a size that the file can hold");
            }

            if (offset > long.MaxValue)
            {
                throw WeightErrors.GgufTensor(path, name, $"its offset is {offset}", "an offset inside the file");
            }

            tensors[i] = new Entry(name, type, shape, (long)offset, lengthBytes);
        }

        return tensors;
    }

    private static void Place(MappedFile file, Entry[] tensors, long headBytes, long alignment)
    {
        var path = file.Path;
        var dataStart = checked(headBytes + alignment - 1) & ~(alignment - 1);
        var dataBytes = file.LengthBytes - dataStart;
        for (var i = 0; i < tensors.Length; i++)
        {
            var tensor = tensors[i];
            if (tensor.Offset % alignment != 0)
            {
                throw WeightErrors.GgufTensor(path, tensor.Name, $"its offset is {tensor.Offset}", $"a multiple of the alignment {alignment}");
            }

            if (dataBytes < 0 || tensor.Offset > dataBytes || tensor.LengthBytes > dataBytes - tensor.Offset)
            {
                throw WeightErrors.GgufTensor(path, tensor.Name, $"its {tensor.LengthBytes} bytes at offset {tensor.Offset} end after the {Math.Max(0, dataBytes)} bytes of data", "data inside the file");
            }

            tensors[i] = tensor with { Offset = tensor.Offset + dataStart };
        }

        var byOffset = tensors.Where(tensor => tensor.LengthBytes > 0).OrderBy(tensor => tensor.Offset).ToArray();
        for (var i = 1; i < byOffset.Length; i++)
        {
            if (byOffset[i].Offset < byOffset[i - 1].Offset + byOffset[i - 1].LengthBytes)
            {
                throw WeightErrors.GgufTensor(path, byOffset[i].Name, $"its data overlaps that of {WeightErrors.Quote(byOffset[i - 1].Name)}", "every tensor in bytes of its own");
            }
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        if (tensors.FirstOrDefault(tensor => !names.Add(tensor.Name)) is { } twice)
        {
            throw WeightErrors.GgufTensor(path, twice.Name, "the name occurs twice", "every name once");
        }
    }

    /// <summary>One tensor: row-major shape; the offset counts from the start of the file once it is placed.</summary>
    internal sealed record Entry(string Name, GgufTensorType Type, long[] Shape, long Offset, long LengthBytes);
}
