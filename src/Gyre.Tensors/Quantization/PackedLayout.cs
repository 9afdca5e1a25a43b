namespace Gyre.Tensors.Quantization;

/// <summary>
/// Where the elements of a <see cref="PackedMatrix"/> lie: groups of 16 rows, each one sequential stream in which a
/// vector of 64 bytes holds the same columns of all 16 rows.
/// </summary>
/// <remarks>
/// <para>F32, F16, BF16: [column][16 rows], columns padded with zeros to a multiple of 4.</para>
/// <para>Q8_0, Q4_0: pairs of blocks of 32 columns, each pair [2×16 f16 scales][codes of both]; an odd last block has
/// a line of scales of its own. Codes of Q8_0: 8 vectors [16 rows][4 columns]. Codes of Q4_0: 4 such vectors, vector j
/// with columns 4j … 4j+3 in the low and 16+4j … in the high nibbles.</para>
/// <para>Q4_K, Q5_K, Q6_K: <see cref="SuperBlockLayout"/>.</para>
/// </remarks>
internal static unsafe class PackedLayout
{
    /// <summary>Rows of a group, the lanes of the widest vector.</summary>
    public const int GroupRows = 16;

    /// <summary>Bytes of the scales before a pair of blocks.</summary>
    public const int PairScaleBytes = 2 * GroupRows * 2;

    /// <summary>Columns of a float group.</summary>
    public static int PaddedColumns(int columns) => (columns + 3) / 4 * 4;

    /// <summary>Bytes of the codes of one block of a group.</summary>
    public static int CodeBytes(ElementFormat format) => format == ElementFormat.Q8_0 ? 512 : 256;

    /// <summary>Bytes of one group.</summary>
    public static long GroupBytes(ElementFormat format, int columns) => format switch
    {
        ElementFormat.F32 => (long)PaddedColumns(columns) * GroupRows * 4,
        ElementFormat.F16 or ElementFormat.BF16 => (long)PaddedColumns(columns) * GroupRows * 2,
        ElementFormat.Q4_K or ElementFormat.Q5_K or ElementFormat.Q6_K => (long)(columns / SuperBlockLayout.Columns) * SuperBlockLayout.Bytes(format),
        _ => ((long)(columns / 32) * CodeBytes(format)) + ((long)((columns / 32) + 1) / 2 * PairScaleBytes),
    };

    /// <summary>The codes of a block inside its group.</summary>
    public static byte* Codes(ElementFormat format, byte* group, int block) =>
        Pair(format, group, block) + PairScaleBytes + (block % 2 * CodeBytes(format));

    /// <summary>The 16 half-precision scales of a block inside its group.</summary>
    public static byte* Scales(ElementFormat format, byte* group, int block) => Pair(format, group, block) + (block % 2 * GroupRows * 2);

    /// <summary>Packs up to 16 stored rows of one of the packed formats; missing rows become zero.</summary>
    public static void PackGroup(ElementFormat format, byte* source, long rowBytes, int firstRow, int rows, int columns, byte* group)
    {
        new Span<byte>(group, checked((int)GroupBytes(format, columns))).Clear();
        for (var row = 0; row < rows; row++)
        {
            var from = source + (row * rowBytes);
            var isFinite = format switch
            {
                ElementFormat.F32 => PackSingles((uint*)from, columns, (uint*)group + row),
                ElementFormat.F16 => PackHalves((ushort*)from, columns, 0x7C00, (ushort*)group + row),
                ElementFormat.BF16 => PackHalves((ushort*)from, columns, 0x7F80, (ushort*)group + row),
                ElementFormat.Q4_K or ElementFormat.Q5_K or ElementFormat.Q6_K => SuperBlockLayout.PackRow(format, from, row, columns, group),
                _ => PackBlocks(format, from, row, columns, group),
            };
            if (!isFinite)
            {
                throw FormatErrors.NotFinite(format, firstRow + row);
            }
        }
    }

    /// <summary>Decodes one row of a group.</summary>
    public static void DecodeRow(ElementFormat format, byte* group, int row, int columns, float* destination)
    {
        for (var column = 0; column < columns; column++)
        {
            var index = ((nint)column * GroupRows) + row;
            destination[column] = format switch
            {
                ElementFormat.F32 => ((float*)group)[index],
                ElementFormat.F16 => Blocks.HalfAt(group + (2 * index)),
                ElementFormat.BF16 => BitConverter.UInt32BitsToSingle((uint)((ushort*)group)[index] << 16),
                ElementFormat.Q4_K or ElementFormat.Q5_K or ElementFormat.Q6_K => SuperBlockLayout.ValueAt(format, group, row, column),
                _ => Blocks.HalfAt(Scales(format, group, column / 32) + (2 * row)) * CodeAt(format, group, row, column),
            };
        }
    }

    /// <summary>The signed code of one element of a quantised group.</summary>
    public static int CodeAt(ElementFormat format, byte* group, int row, int column)
    {
        var codes = Codes(format, group, column / 32) + (4 * row) + (column % 4);
        var step = column % 32 / 4;
        return format == ElementFormat.Q8_0
            ? (sbyte)codes[step * 64]
            : ((codes[step % 4 * 64] >> (step / 4 * 4)) & 15) - 8;
    }

    private static byte* Pair(ElementFormat format, byte* group, int block) =>
        group + ((nint)(block / 2) * (PairScaleBytes + (2 * CodeBytes(format))));

    private static bool PackSingles(uint* source, int columns, uint* destination)
    {
        var isFinite = true;
        for (var column = 0; column < columns; column++)
        {
            var bits = source[column];
            destination[(nint)column * GroupRows] = bits;
            isFinite &= (bits & 0x7F800000) != 0x7F800000;
        }

        return isFinite;
    }

    private static bool PackHalves(ushort* source, int columns, uint exponent, ushort* destination)
    {
        var isFinite = true;
        for (var column = 0; column < columns; column++)
        {
            var bits = source[column];
            destination[(nint)column * GroupRows] = bits;
            isFinite &= (bits & exponent) != exponent;
        }

        return isFinite;
    }

    private static bool PackBlocks(ElementFormat format, byte* source, int row, int columns, byte* group)
    {
        var isFinite = true;
        var vectors = CodeBytes(format) / 64;
        for (var block = 0; block < columns / 32; block++)
        {
            var scale = (ushort)(source[0] | (source[1] << 8));
            isFinite &= (scale & 0x7C00) != 0x7C00;
            ((ushort*)Scales(format, group, block))[row] = scale;
            var codes = (uint*)Codes(format, group, block) + row;
            for (var vector = 0; vector < vectors; vector++)
            {
                var from = source + 2 + (4 * vector);
                codes[vector * GroupRows] = from[0] | ((uint)from[1] << 8) | ((uint)from[2] << 16) | ((uint)from[3] << 24);
            }

            source += 2 + (4 * vectors);
        }

        return isFinite;
    }
}
