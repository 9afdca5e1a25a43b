using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Conversion;

/// <summary>A GGUF tensor whose rows are those of one weight, or of several, wherever their own file has them.</summary>
/// <remarks>A weight that its file stores column by column is held as a whole while its rows are read.</remarks>
internal sealed record AssembledTensor : GgufSourceTensor
{
    private readonly WeightBinding[] _parts;
    private readonly (int Part, int Row)[] _rows;
    private readonly float[]?[] _whole;

    public AssembledTensor(string name, WeightBinding[] parts)
        : base(name, parts[0].Tensor.Format, ShapeOf(parts[0]))
    {
        _parts = parts;
        _whole = new float[]?[parts.Length];
        _rows = new (int, int)[TotalRows(parts[0])];
        for (var part = 0; part < parts.Length; part++)
        {
            var spec = parts[part].Spec;
            for (var row = 0; row < spec.Rows; row++)
            {
                _rows[spec.GgufPlace.StoredRow(row)] = (part, row);
            }
        }
    }

    public override WeightTensor? Stored => null;

    public override void Read(long firstRow, Span<float> destination)
    {
        var width = _parts[0].Spec.Columns;
        var first = (int)(firstRow * Columns / width);
        for (var i = 0; i < destination.Length / width; i++)
        {
            var (part, row) = _rows[first + i];
            ReadRow(part, row, destination.Slice(i * width, width));
        }

        if (first + (destination.Length / width) == _rows.Length)
        {
            Array.Clear(_whole);
        }
    }

    private static int TotalRows(WeightBinding binding) => binding.Spec.GgufPlace.TensorRows(binding.Spec.Rows);

    private static long[] ShapeOf(WeightBinding binding) => binding.Spec.IsVector ? [TotalRows(binding)] : [TotalRows(binding), binding.Spec.Columns];

    private unsafe void ReadRow(int part, int row, Span<float> destination)
    {
        var binding = _parts[part];
        var (place, spec) = (binding.Place, binding.Spec);
        if (place.IsTransposed || spec.IsVector)
        {
            if (_whole[part] is not { } whole)
            {
                _whole[part] = whole = new float[(long)spec.Rows * spec.Columns];
                fixed (float* first = whole)
                {
                    binding.CopyTo(first);
                }
            }

            whole.AsSpan(row * spec.Columns, spec.Columns).CopyTo(destination);
        }
        else
        {
            var rowBytes = FormatTraits.LengthBytes(binding.Tensor.Format, spec.Columns);
            fixed (float* to = destination)
            {
                Blocks.Dequantise(binding.Tensor.Format, binding.Tensor.Bytes + (place.StoredRow(row) * rowBytes), spec.Columns, to);
            }
        }
    }
}
