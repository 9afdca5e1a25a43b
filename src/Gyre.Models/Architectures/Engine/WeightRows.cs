using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The rows of a weight in one encoding, in the order in which the model uses them.</summary>
/// <remarks>Owns: a copy when the file's order or encoding differs; otherwise it points into the file's mapping.</remarks>
internal sealed unsafe class WeightRows : IDisposable
{
    private readonly NativeBuffer? _copy;

    private WeightRows(WeightBinding binding, ElementFormat format, byte* bytes, NativeBuffer? copy)
    {
        Rows = binding.Spec.Rows;
        Columns = binding.Spec.Columns;
        Format = format;
        RowBytes = FormatTraits.LengthBytes(format, Columns);
        Bytes = bytes;
        _copy = copy;
    }

    public int Rows { get; }

    public int Columns { get; }

    public ElementFormat Format { get; }

    public long RowBytes { get; }

    public byte* Bytes { get; }

    /// <summary>Reorders and re-encodes what must be; <paramref name="wanted"/> null keeps the file's encoding where it can be computed on.</summary>
    public static WeightRows Read(WeightBinding binding, ElementFormat? wanted)
    {
        var tensor = binding.Tensor;
        var format = Choose(wanted ?? tensor.Format, binding.Spec.Columns);
        var storedBytes = FormatTraits.LengthBytes(tensor.Format, binding.Spec.Columns);
        if (format == tensor.Format && binding.Place.IsTogether(binding.Spec.Rows))
        {
            return new WeightRows(binding, format, tensor.Bytes + (binding.Place.StoredRow(0) * storedBytes), null);
        }

        var rows = new WeightRows(binding, format, null, null);
        var copy = new NativeBuffer(rows.RowBytes * rows.Rows);
        if (binding.Place.IsTransposed)
        {
            rows.Turn(binding, copy);
            return new WeightRows(binding, format, copy.Bytes, copy);
        }

        var numbers = new float[rows.Columns];
        for (var row = 0; row < rows.Rows; row++)
        {
            var stored = new ReadOnlySpan<byte>(tensor.Bytes + (binding.Place.StoredRow(row) * storedBytes), (int)storedBytes);
            var destination = new Span<byte>(copy.Bytes + (row * rows.RowBytes), (int)rows.RowBytes);
            if (format == tensor.Format)
            {
                stored.CopyTo(destination);
            }
            else
            {
                Blocks.Dequantise(tensor.Format, stored, numbers);
                Blocks.Quantise(format, numbers, destination);
            }
        }

        return new WeightRows(binding, format, copy.Bytes, copy);
    }

    /// <summary>Encodes the rows of a tensor that is stored column by column.</summary>
    private void Turn(WeightBinding binding, NativeBuffer copy)
    {
        using var turned = NativeBuffer.OfFloats((long)Rows * Columns);
        binding.CopyTo(turned.Floats);
        for (var row = 0; row < Rows; row++)
        {
            Blocks.Quantise(
                Format,
                new ReadOnlySpan<float>(turned.Floats + ((long)row * Columns), Columns),
                new Span<byte>(copy.Bytes + (row * RowBytes), (int)RowBytes));
        }
    }

    public void Dispose() => _copy?.Dispose();

    /// <summary>An encoding that the kernels multiply with and that the rows fill in whole blocks.</summary>
    private static ElementFormat Choose(ElementFormat format, int columns)
    {
        var computed = format switch
        {
            ElementFormat.F16 or ElementFormat.BF16 or ElementFormat.Q8_0 or ElementFormat.Q4_0 => format,
            ElementFormat.Q4_K or ElementFormat.Q5_K or ElementFormat.Q6_K => format,
            _ => ElementFormat.F32,
        };
        return columns % FormatTraits.Of(computed).BlockLength == 0 ? computed : ElementFormat.F32;
    }
}
