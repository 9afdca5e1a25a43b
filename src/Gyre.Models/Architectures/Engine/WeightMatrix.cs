using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>A weight matrix as the engine multiplies with it, in groups of 16 rows.</summary>
[HotPath]
internal sealed unsafe class WeightMatrix : IDisposable
{
    private const int GroupRows = 16;
    private readonly NativeBuffer _rows;

    public WeightMatrix(WeightRows rows)
    {
        Rows = rows.Rows;
        Columns = rows.Columns;
        _rows = NativeBuffer.OfFloats((long)Rows * Columns);
        Blocks.Dequantise(rows.Format, rows.Bytes, (long)Rows * Columns, _rows.Floats);
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Groups => (Rows + GroupRows - 1) / GroupRows;

    public float* Row(int row) => _rows.Floats + ((long)row * Columns);

    public (int First, int End) RowsOf(int beginGroup, int endGroup) =>
        (Math.Min(beginGroup * GroupRows, Rows), Math.Min(endGroup * GroupRows, Rows));

    public void ReadRow(int row, float* destination) =>
        new ReadOnlySpan<float>(Row(row), Columns).CopyTo(new Span<float>(destination, Columns));

    public void Multiply(MatrixInput input, int count, float* output, int beginGroup, int endGroup)
    {
        var (first, end) = RowsOf(beginGroup, endGroup);
        for (var t = 0; t < count; t++)
        {
            for (var r = first; r < end; r++)
            {
                var sum = 0f;
                var x = input.Floats + ((long)t * Columns);
                var w = Row(r);
                for (var i = 0; i < Columns; i++)
                {
                    sum += x[i] * w[i];
                }

                output[((long)t * Rows) + r] = sum;
            }
        }
    }

    public void Dispose() => _rows.Dispose();
}
