using Gyre.Models.Conversion;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Quantization;

/// <summary>Encodes a tensor piece by piece, the rows of a piece shared out over a team.</summary>
internal sealed class RowEncoder(ThreadTeam team, GgufSourceTensor tensor, ElementFormat format, float[] importance)
{
    /// <summary>Numbers that one member encodes at a time.</summary>
    private const int ShareElements = 1 << 14;

    /// <summary>Writes the tensor's bytes.</summary>
    public void Write(Stream stream, int chunkElements, Action<long> report, CancellationToken cancellationToken)
    {
        var columns = tensor.Columns;
        if (columns == 0 || tensor.Rows == 0)
        {
            return;
        }

        var rows = (int)Math.Clamp(chunkElements / columns, 1, tensor.Rows);
        var values = new float[checked((int)(rows * columns))];
        var bytes = new byte[FormatTraits.LengthBytes(format, values.Length)];
        for (var first = 0L; first < tensor.Rows; first += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = (int)Math.Min(rows, tensor.Rows - first);
            tensor.Read(first, values.AsSpan(0, (int)(count * columns)));
            Encode(values, bytes, first, count, (int)columns);
            stream.Write(bytes, 0, (int)FormatTraits.LengthBytes(format, count * columns));
            report(count * columns);
        }
    }

    private void Encode(float[] values, byte[] bytes, long firstRow, int rows, int columns)
    {
        var share = Math.Max(1, ShareElements / columns);
        team.For((rows + share - 1) / share, part =>
        {
            var first = part * share;
            var length = Math.Min(share, rows - first) * columns;
            var start = (int)FormatTraits.LengthBytes(format, (long)first * columns);
            RequireHalf(values.AsSpan(first * columns, length), firstRow + first);
            try
            {
                Blocks.Quantise(
                    format,
                    values.AsSpan(first * columns, length),
                    importance,
                    bytes.AsSpan(start, (int)FormatTraits.LengthBytes(format, length)));
            }
            catch (TensorException error)
            {
                throw new TrainingException(
                    "TRN0062",
                    $"Quantising failed: the tensor '{tensor.Name}' cannot be stored as {format}, in its rows from {firstRow + first} on: {error.Message} Choose F32 for it or for the model.",
                    error);
            }
        });
    }

    /// <summary>Half precision would make infinities of large numbers.</summary>
    private void RequireHalf(ReadOnlySpan<float> values, long firstRow)
    {
        if (format != ElementFormat.F16)
        {
            return;
        }

        foreach (var value in values)
        {
            if (float.IsFinite(value) && !Half.IsFinite((Half)value))
            {
                throw new TrainingException(
                    "TRN0062",
                    $"Quantising failed: the tensor '{tensor.Name}' cannot be stored as F16: found {value} in its rows from {firstRow} on; expected magnitudes up to 65,504. Choose BF16 or F32.");
            }
        }
    }
}
