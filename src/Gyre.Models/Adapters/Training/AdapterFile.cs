using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;

namespace Gyre.Models.Adapters.Training;

/// <summary>Collects the tensors of an adapter in PEFT's names, shapes and order of rows.</summary>
internal sealed class AdapterFile
{
    private readonly SafetensorsWriter _writer = new SafetensorsWriter().SetMetadata("format", "pt");

    /// <summary>Adds a tensor as it is.</summary>
    public void Add(AdapterModule module, string end, Tensor tensor, params ReadOnlySpan<long> shape) =>
        _writer.Add(PeftAdapter.Root + module.Path + end, tensor.ToArray(), shape);

    /// <summary>Adds numbers under a name of their own.</summary>
    public void Add(string name, float[] values, params ReadOnlySpan<long> shape) => _writer.Add(name, values, shape);

    /// <summary>Adds what the parts of a module have a row of for each of their outputs, in the order of the stored module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="end">What follows the module's path.</param>
    /// <param name="parts">[outputs of the part, columns] each.</param>
    /// <param name="shape">What is written.</param>
    public void AddParts(AdapterModule module, string end, IReadOnlyList<Tensor> parts, params ReadOnlySpan<long> shape) =>
        Add(PeftAdapter.Root + module.Path + end, Joined(module, parts), shape);

    public void Write(string path) => _writer.Write(path);

    /// <summary>Rows of the parts in the stored module's order.</summary>
    public static float[] Joined(AdapterModule module, IReadOnlyList<Tensor> parts)
    {
        var columns = (int)(parts[0].Length / module.Parts[0].Weight.Rows);
        var values = new float[(long)module.Rows * columns];
        for (var part = 0; part < parts.Count; part++)
        {
            var spec = module.Parts[part].Weight;
            for (var row = 0; row < spec.Rows; row++)
            {
                parts[part].Span.Slice(row * columns, columns).CopyTo(values.AsSpan(spec.Place.StoredRow(row) * columns));
            }
        }

        return values;
    }

    /// <summary>The reverse: rows of a stored tensor into the parts.</summary>
    public static void Split(AdapterModule module, ReadOnlySpan<float> values, IReadOnlyList<Tensor> parts)
    {
        var columns = (int)(parts[0].Length / module.Parts[0].Weight.Rows);
        for (var part = 0; part < parts.Count; part++)
        {
            var spec = module.Parts[part].Weight;
            for (var row = 0; row < spec.Rows; row++)
            {
                values.Slice(spec.Place.StoredRow(row) * columns, columns).CopyTo(parts[part].Span[(row * columns)..]);
            }
        }
    }

    /// <summary>The numbers of a tensor of a file.</summary>
    public static unsafe float[] Read(WeightTensor tensor)
    {
        var values = new float[tensor.Shape.Aggregate(1L, (product, size) => product * size)];
        fixed (float* first = values)
        {
            Gyre.Tensors.Quantization.Blocks.Dequantise(tensor.Format, tensor.Bytes, values.Length, first);
        }

        return values;
    }

    /// <summary>[rows, columns] as [columns, rows].</summary>
    public static float[] Transposed(ReadOnlySpan<float> values, int rows, int columns)
    {
        var result = new float[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                result[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return result;
    }
}
