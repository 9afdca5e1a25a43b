namespace Gyre.Tensors.Quantization;

/// <summary>A matrix that is multiplied with and not trained, kept in fewer bits than it is computed with.</summary>
/// <remarks>
/// <see cref="Autodiff.Tape"/> decodes some rows at a time; sums are of single precision.
/// <para><b>Owns</b> its memory in a <see cref="TensorPool"/>, until disposed. Read by any number of threads.</para>
/// </remarks>
public sealed unsafe class FrozenMatrix : IDisposable
{
    /// <summary>Scales that share a scale.</summary>
    private const int ScaleGroup = 256;
    private readonly Tensor _codes;
    private readonly Tensor? _scales;
    private readonly Tensor? _scaleCodes;
    private readonly float _meanScale;

    /// <summary>Encodes a matrix.</summary>
    /// <param name="format">How.</param>
    /// <param name="values">Row-major.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="pool">Where it lives; not owned.</param>
    /// <remarks><b>Errors</b>: <see cref="ArgumentException"/> when the numbers are not as many as the shape has.</remarks>
    public FrozenMatrix(FrozenFormat format, ReadOnlySpan<float> values, int rows, int columns, TensorPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (values.Length != (long)rows * columns)
        {
            throw new ArgumentException($"Encode a matrix: found {values.Length} numbers, expected {rows} × {columns}.", nameof(values));
        }

        (Format, Rows, Columns) = (format, rows, columns);
        _codes = pool.Rent((int)(((long)rows * RowBytes) + 3) / 4);
        if (format == FrozenFormat.BF16)
        {
            for (var row = 0; row < rows; row++)
            {
                Blocks.Quantise(ElementFormat.BF16, values.Slice(row * columns, columns), new Span<byte>(Row(row), RowBytes));
            }

            return;
        }

        var blocks = NormalFloat.Blocks(columns);
        var scales = new float[(long)rows * blocks];
        for (var row = 0; row < rows; row++)
        {
            NormalFloat.Encode(values.Slice(row * columns, columns), new Span<byte>(Row(row), RowBytes), scales.AsSpan(row * blocks, blocks));
        }

        if (format == FrozenFormat.NF4)
        {
            _scales = pool.Rent(scales.Length);
            _scales.CopyFrom(scales);
            return;
        }

        _meanScale = scales.Length == 0 ? 0 : (float)scales.Average(scale => (double)scale);
        _scales = pool.Rent((scales.Length + ScaleGroup - 1) / ScaleGroup);
        _scaleCodes = pool.Rent((scales.Length + 3) / 4);
        EncodeScales(scales);
    }

    /// <summary>How its numbers are kept.</summary>
    public FrozenFormat Format { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Memory that it takes.</summary>
    public long Bytes => sizeof(float) * (_codes.Length + (_scales?.Length ?? 0) + (_scaleCodes?.Length ?? 0));

    private int RowBytes => Format == FrozenFormat.BF16 ? 2 * Columns : NormalFloat.CodeBytes(Columns);

    /// <summary>The memory that a matrix will take, before it is encoded.</summary>
    /// <param name="format">How.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    public static long BytesOf(FrozenFormat format, int rows, int columns)
    {
        var scales = (long)rows * NormalFloat.Blocks(columns);
        return format switch
        {
            FrozenFormat.BF16 => Whole((long)rows * columns * 2),
            FrozenFormat.NF4 => Whole((long)rows * NormalFloat.CodeBytes(columns)) + (scales * sizeof(float)),
            _ => Whole((long)rows * NormalFloat.CodeBytes(columns)) + Whole(scales) + ((scales + ScaleGroup - 1) / ScaleGroup * sizeof(float)),
        };

        // Codes lie in tensors of single precision.
        static long Whole(long bytes) => (bytes + 3) / 4 * 4;
    }

    /// <summary>Decodes rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="destination">[count, columns].</param>
    /// <remarks><b>Cost</b>: no allocation.</remarks>
    public void CopyRows(int first, int count, float* destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Rows, nameof(count));
        var blocks = NormalFloat.Blocks(Columns);
        const int MostScales = 64;
        var scales = stackalloc float[MostScales];
        for (var row = first; row < first + count; row++)
        {
            var to = destination + ((long)(row - first) * Columns);
            if (Format == FrozenFormat.BF16)
            {
                Blocks.Dequantise(ElementFormat.BF16, Row(row), Columns, to);
                continue;
            }

            for (var block = 0; block < blocks; block += MostScales)
            {
                var some = Math.Min(MostScales, blocks - block);
                for (var i = 0; i < some; i++)
                {
                    scales[i] = Scale(((long)row * blocks) + block + i);
                }

                var column = block * NormalFloat.BlockLength;
                NormalFloat.Decode(Row(row) + (column / 2), new ReadOnlySpan<float>(scales, some), to + column, Math.Min(Columns - column, some * NormalFloat.BlockLength));
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _codes.Dispose();
        _scales?.Dispose();
        _scaleCodes?.Dispose();
    }

    private byte* Row(int row) => (byte*)_codes.UncheckedData + ((long)row * RowBytes);

    private float Scale(long block) => _scaleCodes is null
        ? _scales!.UncheckedData[block] // Every format of codes has scales.
        : _meanScale + (((sbyte*)_scaleCodes.UncheckedData)[block] * _scales!.UncheckedData[block / ScaleGroup]); // As above.

    private void EncodeScales(ReadOnlySpan<float> scales)
    {
        for (var first = 0; first < scales.Length; first += ScaleGroup)
        {
            var group = scales[first..Math.Min(scales.Length, first + ScaleGroup)];
            var largest = 0f;
            foreach (var scale in group)
            {
                largest = Math.Max(largest, Math.Abs(scale - _meanScale));
            }

            _scales!.UncheckedData[first / ScaleGroup] = largest / 127; // The caller made it.
            for (var i = 0; i < group.Length; i++)
            {
                ((sbyte*)_scaleCodes!.UncheckedData)[first + i] = (sbyte)(largest > 0 ? MathF.Round((group[i] - _meanScale) * 127 / largest) : 0); // As above.
            }
        }
    }
}
