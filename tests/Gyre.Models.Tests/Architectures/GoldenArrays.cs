using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Tests.Architectures;

/// <summary>The reference arrays beside a model, widened to double.</summary>
internal sealed class GoldenArrays(string path) : IDisposable
{
    private readonly SafetensorsFile _file = SafetensorsFile.Open(path);

    public static GoldenArrays Open(string folder, string name = "golden.safetensors") => new(Path.Combine(folder, name));

    public unsafe double[] Numbers(string name)
    {
        var tensor = _file.Get(name);
        var values = new double[tensor.Shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.Format switch
            {
                ElementFormat.F32 => ((float*)tensor.Bytes)[i],
                ElementFormat.F64 => ((double*)tensor.Bytes)[i],
                _ => ((long*)tensor.Bytes)[i],
            };
        }

        return values;
    }

    /// <summary>A [rows, columns] array of ids, row by row.</summary>
    public int[][] Ids(string name)
    {
        var columns = (int)_file.Get(name).Shape[^1];
        return [.. Numbers(name).Select(value => (int)value).Chunk(columns)];
    }

    public bool Has(string name) => _file.TryGet(name, out _);

    public void Dispose() => _file.Dispose();
}
