using System.Text;
using System.Text.Json;

namespace Gyre.Models.Weights;

/// <summary>The parsed and checked header of a safetensors file.</summary>
/// <remarks>Source: the safetensors format (huggingface/safetensors README, "Format").</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own limit on the header.</summary>
    public const long MaxHeaderBytes = 100_000_000;

    /// <summary>The name that holds free strings instead of a tensor.</summary>
    public const string MetadataKey = "__metadata__";

    private const int LengthPrefixBytes = 8;
    private const int MaxNameBytes = 1024;
    private const int MaxDims = 16;
    private const int MaxJsonDepth = 8;

    private SafetensorsHeader(List<Entry> tensors, Dictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public List<Entry> Tensors { get; }

    /// <summary>The free strings beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Parses and checks the header against the whole file.</summary>
    public static SafetensorsHeader Parse(MappedFile file)
    {
        var path = file.Path;
        if (file.LengthBytes < LengthPrefixBytes)
        {
            throw WeightErrors.SafetensorsExtent(path, $"it has {file.LengthBytes} bytes", "at least the 8 bytes of the header's length");
        }

        var claimed = BitConverter.ToUInt64(file.Span(0, LengthPrefixBytes));
        if (claimed > MaxHeaderBytes)
        {
            throw WeightErrors.SafetensorsExtent(path, $"the header claims {claimed} bytes", $"at most {MaxHeaderBytes}");
        }

        if ((long)claimed > file.LengthBytes - LengthPrefixBytes)
        {
            throw WeightErrors.SafetensorsExtent(path, $"the header claims {claimed} bytes in a file of {file.LengthBytes}", "a header inside the file");
        }

        var json = file.Span(LengthPrefixBytes, (int)claimed);
        if (json.IsEmpty || json[0] != '{')
        {
            throw WeightErrors.SafetensorsHeader(path, json.IsEmpty ? "it is empty" : $"it starts with byte 0x{json[0]:X2}", "a JSON object that starts with '{'");
        }

        if (UntrustedJson.FaultOf(json) is { } fault)
        {
            throw WeightErrors.SafetensorsHeader(path, "it has " + fault, "JSON in UTF-8");
        }

        var (tensors, metadata) = ParseJson(path, json);
        var dataStart = LengthPrefixBytes + (long)claimed;
        CheckCoverage(path, tensors, file.LengthBytes - dataStart);
        for (var i = 0; i < tensors.Count; i++)
        {
            tensors[i] = tensors[i] with { Begin = tensors[i].Begin + dataStart, End = tensors[i].End + dataStart };
        }

        return new SafetensorsHeader(tensors, metadata);
    }

    private static (List<Entry> Tensors, Dictionary<string, string> Metadata) ParseJson(string path, ReadOnlySpan<byte> json)
    {
        var tensors = new List<Entry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxJsonDepth });
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = ReadName(path, ref reader);
                if (!seen.Add(name))
                {
                    throw WeightErrors.SafetensorsHeader(path, $"the name {WeightErrors.Quote(name)} occurs twice", "every name once");
                }

                reader.Read();
                if (name == MetadataKey)
                {
                    ReadMetadata(path, ref reader, metadata);
                }
                else
                {
                    tensors.Add(ReadTensor(path, name, ref reader));
                }
            }

            reader.Read(); // Reports anything but white space after the object.
        }
        catch (JsonException e)
        {
            throw WeightErrors.SafetensorsHeader(path, $"it is not valid JSON near byte {reader.BytesConsumed}", $"a JSON object nested at most {MaxJsonDepth} deep", e);
        }

        return (tensors, metadata);
    }

    private static string ReadName(string path, ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > MaxNameBytes)
        {
            throw WeightErrors.SafetensorsHeader(path, $"a name of {reader.ValueSpan.Length} bytes", $"names of at most {MaxNameBytes} bytes");
        }

        var name = reader.GetString()!; // A property name is never null.
        if (name.Length == 0 || name.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            throw WeightErrors.SafetensorsHeader(path, $"the name {WeightErrors.Quote(name)}", "a name that is not empty and has no control characters");
        }

        return name;
    }

    private static void ReadMetadata(string path, ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw WeightErrors.SafetensorsHeader(path, $"{MetadataKey} is a JSON {reader.TokenType}", "an object of strings");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!; // A property name is never null.
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw WeightErrors.SafetensorsHeader(path, $"{MetadataKey} holds a JSON {reader.TokenType} under {WeightErrors.Quote(key)}", "a string");
            }

            // The token is a string, so the text is not null.
            if (!metadata.TryAdd(key, reader.GetString()!))
            {
                throw WeightErrors.SafetensorsHeader(path, $"{MetadataKey} holds the key {WeightErrors.Quote(key)} twice", "every key once");
            }
        }
    }

    private static Entry ReadTensor(string path, string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw WeightErrors.SafetensorsTensor(path, name, $"its entry is a JSON {reader.TokenType}", "an object with dtype, shape and data_offsets");
        }

        string? dtypeName = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isDtype = reader.ValueTextEquals("dtype"u8);
            var isShape = reader.ValueTextEquals("shape"u8);
            var isOffsets = reader.ValueTextEquals("data_offsets"u8);
            reader.Read();
            if ((isDtype && dtypeName is not null) || (isShape && shape is not null) || (isOffsets && offsets is not null))
            {
                throw WeightErrors.SafetensorsTensor(path, name, "a field occurs twice", "dtype, shape and data_offsets once each");
            }

            if (isDtype)
            {
                dtypeName = reader.TokenType == JsonTokenType.String
                    ? reader.GetString()
                    : throw WeightErrors.SafetensorsTensor(path, name, $"its dtype is a JSON {reader.TokenType}", "a string");
            }
            else if (isShape)
            {
                shape = ReadSizes(path, name, "shape", ref reader);
            }
            else if (isOffsets)
            {
                offsets = ReadSizes(path, name, "data_offsets", ref reader);
            }
            else
            {
                // The format's own reader ignores fields it does not know; the depth limit still holds.
                reader.Skip();
            }
        }

        if (dtypeName is null || shape is null || offsets is null)
        {
            var missing = dtypeName is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw WeightErrors.SafetensorsTensor(path, name, $"it has no {missing}", "dtype, shape and data_offsets");
        }

        return Check(path, name, dtypeName, shape, offsets);
    }

    private static long[] ReadSizes(string path, string name, string field, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw WeightErrors.SafetensorsTensor(path, name, $"its {field} is a JSON {reader.TokenType}", "an array of whole numbers");
        }

        var sizes = new List<long>(4);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var size) || size < 0)
            {
                var found = reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length <= 32 ? Encoding.UTF8.GetString(reader.ValueSpan) : reader.TokenType.ToString();
                throw WeightErrors.SafetensorsTensor(path, name, $"its {field} holds {found}", $"whole numbers from 0 to {long.MaxValue}");
            }

            if (sizes.Count == MaxDims)
            {
                throw WeightErrors.SafetensorsTensor(path, name, $"its {field} has more than {MaxDims} numbers", $"at most {MaxDims}");
            }

            sizes.Add(size);
        }

        return [.. sizes];
    }

    private static Entry Check(string path, string name, string dtypeName, long[] shape, long[] offsets)
    {
        if (!SafetensorsDtype.TryFind(dtypeName, out var dtype))
        {
            throw WeightErrors.SafetensorsTensor(path, name, $"its dtype is {WeightErrors.Quote(dtypeName)}", "a dtype of the safetensors format, such as F32, F16 or BF16");
        }

        if (offsets.Length != 2 || offsets[0] > offsets[1])
        {
            throw WeightErrors.SafetensorsTensor(path, name, $"its data_offsets are [{string.Join(", ", offsets)}]", "[begin, end] with begin ≤ end");
        }

        if (!dtype.TryMeasure(shape, out var lengthBytes))
        {
            throw WeightErrors.SafetensorsTensor(path, name, $"its shape [{string.Join(", ", shape)}] of {dtype.Name} has no whole number of bytes below 2^63", "a shape that the file can hold");
        }

        if (lengthBytes != offsets[1] - offsets[0])
        {
            throw WeightErrors.SafetensorsTensor(path, name, $"its data_offsets span {offsets[1] - offsets[0]} bytes", $"{lengthBytes} bytes for shape [{string.Join(", ", shape)}] of {dtype.Name}");
        }

        return new Entry(name, dtype, shape, offsets[0], offsets[1]);
    }

    private static void CheckCoverage(string path, List<Entry> tensors, long dataBytes)
    {
        tensors.Sort(static (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin)
            : a.End != b.End ? a.End.CompareTo(b.End)
            : string.CompareOrdinal(a.Name, b.Name));
        var covered = 0L;
        foreach (var tensor in tensors)
        {
            if (tensor.Begin != covered)
            {
                var fault = tensor.Begin < covered ? "overlaps the tensor before it" : "leaves a gap after the tensor before it";
                throw WeightErrors.SafetensorsTensor(path, tensor.Name, $"its data begins at {tensor.Begin} and {fault}", $"data that begins at {covered}");
            }

            covered = tensor.End;
        }

        if (covered != dataBytes)
        {
            throw WeightErrors.SafetensorsExtent(path, $"the tensors cover {covered} bytes and the file has {dataBytes} bytes of data", "the two to be equal");
        }
    }

    /// <summary>One tensor; begin and end count from the start of the file.</summary>
    internal sealed record Entry(string Name, SafetensorsDtype Dtype, long[] Shape, long Begin, long End);
}
