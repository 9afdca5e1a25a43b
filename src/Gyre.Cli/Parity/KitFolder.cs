using System.Buffers.Binary;
using System.Text.Json;

namespace Gyre.Cli.Parity;

/// <summary>A folder of the conformance kit: a model or adapter with what the reference made of given ids.</summary>
internal sealed class KitFolder
{
    private readonly byte[] _bytes;
    private readonly JsonElement _header;
    private readonly int _dataStart;

    private KitFolder(string path)
    {
        Path = path;
        Json = Parse(File.ReadAllBytes(At("golden.json")));
        _bytes = File.ReadAllBytes(At("golden.safetensors"));
        _dataStart = checked(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(_bytes));
        _header = Parse(_bytes.AsMemory(8, _dataStart - 8));
    }

    public string Path { get; }

    public JsonElement Json { get; }

    public double Tolerance => Json.GetProperty("tolerance").GetProperty("float32_engine_vs_float64_golden").Number("abs");

    public static KitFolder Open(ParityInput input, string name) => new(input.At("models/kit/" + name));

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public bool Has(string array) => _header.TryGetProperty(array, out _);

    public double[] Numbers(string array)
    {
        var entry = _header.GetProperty(array);
        var (begin, end) = (entry.GetProperty("data_offsets")[0].GetInt32(), entry.GetProperty("data_offsets")[1].GetInt32());
        var data = _bytes.AsSpan(_dataStart + begin, end - begin);
        var type = entry.Text("dtype");
        var width = type == "F32" ? 4 : 8;
        var values = new double[data.Length / width];
        for (var i = 0; i < values.Length; i++)
        {
            var at = data[(i * width)..];
            values[i] = type switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(at),
                "F64" => BinaryPrimitives.ReadDoubleLittleEndian(at),
                "I64" => BinaryPrimitives.ReadInt64LittleEndian(at),
                _ => throw new InvalidOperationException($"Read goldens: '{array}' of '{Path}' has type {type}; expected F32, F64 or I64."),
            };
        }

        return values;
    }

    /// <summary>A [rows, columns] array of ids, row by row.</summary>
    public int[][] Ids(string array)
    {
        var columns = _header.GetProperty(array).GetProperty("shape").EnumerateArray().Last().GetInt32();
        return [.. Numbers(array).Select(value => (int)value).Chunk(columns)];
    }

    /// <summary>Ids without the padding on their right, where there is a mask.</summary>
    public int[][] Real(string ids = "input_ids", string mask = "attention_mask")
    {
        var rows = Ids(ids);
        return Has(mask) ? [.. rows.Zip(Ids(mask), (row, flags) => row[..flags.Sum()])] : rows;
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
