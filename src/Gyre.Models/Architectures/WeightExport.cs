using Gyre.Models.Architectures.Engine;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures;

/// <summary>Puts trained weights together as the tensors that a Hugging Face file has.</summary>
/// <remarks>Owns: the tensors that had to be put together, until disposed. The weights must stay unchanged until written.</remarks>
internal sealed unsafe class WeightExport : IDisposable
{
    private readonly List<NativeBuffer> _assembled = [];
    private readonly SafetensorsWriter _writer = new SafetensorsWriter().SetMetadata("format", "pt");

    /// <param name="specs">What the weights are.</param>
    /// <param name="weights">Their values, by index.</param>
    /// <param name="like">Tensors are stored as its tensors of the same names are, where those are plain numbers; null for single precision.</param>
    public WeightExport(IReadOnlyList<WeightSpec> specs, IReadOnlyList<Tensor> weights, IWeightSource? like = null)
    {
        foreach (var parts in specs.GroupBy(spec => spec.Place.Tensor, StringComparer.Ordinal))
        {
            var first = parts.First();
            var rows = first.Place.TensorRows(first.Rows);
            long[] shape = first.IsVector ? first.Place.IsRow ? [1, rows] : [rows] : first.Place.IsTransposed ? [first.Columns, rows] : [rows, first.Columns];
            var data = first.Place.IsPlain ? weights[first.Index].UncheckedData : Assemble(parts, weights, (long)rows * first.Columns);
            var format = FormatOf(like, parts.Key);
            var count = rows * (long)first.Columns;
            _writer.Add(new WeightTensor(
                parts.Key, format, shape, format == ElementFormat.F32 ? (byte*)data : Encode(data, count, format), FormatTraits.LengthBytes(format, count)));
        }
    }

    /// <summary>Writes the file as a whole.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0007</c>.</remarks>
    public void Write(string path) => _writer.Write(path);

    public void Dispose()
    {
        foreach (var buffer in _assembled)
        {
            buffer.Dispose();
        }
    }

    private static ElementFormat FormatOf(IWeightSource? like, string name) =>
        like is not null && like.TryGet(name, out var tensor) && tensor is { Format: ElementFormat.F16 or ElementFormat.BF16 } ? tensor.Format : ElementFormat.F32;

    private byte* Encode(float* values, long count, ElementFormat format)
    {
        const int Chunk = 1 << 20;
        var buffer = NativeBuffer.OfFloats((FormatTraits.LengthBytes(format, count) + sizeof(float) - 1) / sizeof(float));
        _assembled.Add(buffer);
        for (var first = 0L; first < count; first += Chunk)
        {
            var part = (int)Math.Min(Chunk, count - first);
            Blocks.Quantise(
                format,
                new ReadOnlySpan<float>(values + first, part),
                new Span<byte>(buffer.Bytes + FormatTraits.LengthBytes(format, first), (int)FormatTraits.LengthBytes(format, part)));
        }

        return buffer.Bytes;
    }

    private float* Assemble(IEnumerable<WeightSpec> parts, IReadOnlyList<Tensor> weights, long count)
    {
        var buffer = NativeBuffer.OfFloats(count);
        _assembled.Add(buffer);
        foreach (var spec in parts)
        {
            var values = weights[spec.Index].UncheckedData;
            var (rowStep, columnStep) = spec.Place.IsTransposed ? (1L, (long)spec.Place.TensorRows(spec.Rows)) : (spec.Columns, 1L);
            for (var row = 0; row < spec.Rows; row++)
            {
                var place = buffer.Floats + (spec.Place.StoredRow(row) * rowStep);
                for (var c = 0; c < spec.Columns; c++)
                {
                    place[c * columnStep] = values[((long)row * spec.Columns) + c] - spec.Place.Added;
                }
            }
        }

        return buffer.Floats;
    }
}
