namespace Gyre.Tensors.Quantization;

/// <summary>Where the elements of a packed Q4_K, Q5_K or Q6_K group lie: one sequential stream a group of 16 rows.</summary>
/// <remarks>
/// 256 columns: [head, 64 bytes] and four pairs of blocks of 32 columns, each [factors, 64 bytes][high bits][codes, 8 vectors].
/// <para>Head: Q4_K and Q5_K 16 f16 scales and 16 f16 scales of minima; Q6_K 16 single-precision scales.</para>
/// <para>Factors, 4 bytes a row: Q4_K and Q5_K the scales of the even and the odd block, then their minima; Q6_K the signed
/// scales of 16 columns each.</para>
/// <para>Codes: vector i holds columns 4i … 4i+3 of 16 rows, low nibbles of the even block, high ones of the odd.</para>
/// <para>High bits: Q5_K one vector a block, bit i of which belongs to vector i; Q6_K two, bits 2n and 2n+1 of vector u of
/// which belong to vector 4u + n.</para>
/// <para>The 6-bit factors of Q4_K and Q5_K take a byte each here: 2.8 and 2.3 % more room than in their file; Q6_K 1.0 %.</para>
/// </remarks>
internal static unsafe class SuperBlockLayout
{
    /// <summary>Columns of a super-block.</summary>
    public const int Columns = 256;

    /// <summary>Bytes of the head.</summary>
    public const int HeadBytes = 64;

    /// <summary>Bytes of the factors before a pair's codes.</summary>
    public const int FactorBytes = 64;

    /// <summary>Bytes of a pair's codes.</summary>
    public const int CodeBytes = 512;

    /// <summary>Pairs of a super-block.</summary>
    public const int Pairs = 4;

    /// <summary>Bytes of the fifth bits of a pair.</summary>
    public const int Q5KHighBytes = 128;

    /// <summary>Bytes of the fifth and sixth bits of a pair.</summary>
    public const int Q6KHighBytes = 256;

    private const int GroupRows = PackedLayout.GroupRows;

    /// <summary>Whether a format lies in this order.</summary>
    public static bool Has(ElementFormat format) => format is ElementFormat.Q4_K or ElementFormat.Q5_K or ElementFormat.Q6_K;

    /// <summary>Bytes of a pair of blocks.</summary>
    public static int PairBytes(ElementFormat format) => FactorBytes + HighBytes(format) + CodeBytes;

    /// <summary>Bytes of a pair's high bits: they lie before the codes, so that memory is read in order.</summary>
    public static int HighBytes(ElementFormat format) => format switch
    {
        ElementFormat.Q4_K => 0,
        ElementFormat.Q5_K => Q5KHighBytes,
        _ => Q6KHighBytes,
    };

    /// <summary>Bytes of a super-block of 16 rows.</summary>
    public static int Bytes(ElementFormat format) => HeadBytes + (Pairs * PairBytes(format));

    /// <summary>The head before a column.</summary>
    public static byte* Head(ElementFormat format, byte* group, int column) => group + ((nint)(column / Columns) * Bytes(format));

    /// <summary>The pair that holds a column.</summary>
    public static byte* Pair(ElementFormat format, byte* group, int column) =>
        Head(format, group, column) + HeadBytes + (column % Columns / 64 * PairBytes(format));

    /// <summary>Puts one stored row into its group; false when a scale is not finite.</summary>
    public static bool PackRow(ElementFormat format, byte* source, int row, int columns, byte* group)
    {
        var codes = stackalloc byte[Columns];
        var factors = stackalloc byte[16];
        var isFinite = true;
        for (var column = 0; column < columns; column += Columns)
        {
            isFinite &= PackHead(format, source, row, Head(format, group, column));
            SuperBlocks.Split(format, source, codes, factors);
            for (var pair = 0; pair < Pairs; pair++)
            {
                PackPair(format, codes + (64 * pair), factors + (4 * pair), row, Pair(format, group, column + (64 * pair)));
            }

            source += FormatTraits.Of(format).BlockBytes;
        }

        return isFinite;
    }

    /// <summary>The value of one element.</summary>
    public static float ValueAt(ElementFormat format, byte* group, int row, int column)
    {
        var (scale, minimum) = Scales(format, group, row, column);
        var code = CodeAt(format, group, row, column);
        return format == ElementFormat.Q6_K
            ? scale * FactorAt(format, group, row, column) * code
            : (scale * FactorAt(format, group, row, column) * code) - (minimum * MinimumAt(format, group, row, column));
    }

    /// <summary>The scale of a super-block's row, and of its minima.</summary>
    public static (float Scale, float Minimum) Scales(ElementFormat format, byte* group, int row, int column)
    {
        var head = Head(format, group, column);
        return format == ElementFormat.Q6_K
            ? (((float*)head)[row], 0)
            : (Blocks.HalfAt(head + (2 * row)), Blocks.HalfAt(head + (2 * (GroupRows + row))));
    }

    /// <summary>The factor of the scale at a column.</summary>
    public static int FactorAt(ElementFormat format, byte* group, int row, int column)
    {
        var factors = Pair(format, group, column) + (4 * row);
        return format == ElementFormat.Q6_K ? (sbyte)factors[column % 64 / 16] : factors[column % 64 / 32];
    }

    /// <summary>The factor of the minimum at a column, for Q4_K and Q5_K.</summary>
    public static int MinimumAt(ElementFormat format, byte* group, int row, int column) =>
        Pair(format, group, column)[(4 * row) + 2 + (column % 64 / 32)];

    /// <summary>The code of one element; signed for Q6_K.</summary>
    public static int CodeAt(ElementFormat format, byte* group, int row, int column)
    {
        var high = Pair(format, group, column) + FactorBytes + (4 * row) + (column % 4);
        var lane = high + HighBytes(format);
        var (odd, vector) = (column % 64 / 32, column % 32 / 4);
        var code = (lane[vector * 64] >> (4 * odd)) & 15;
        return format switch
        {
            ElementFormat.Q4_K => code,
            ElementFormat.Q5_K => code | (((high[odd * 64] >> vector) & 1) << 4),
            _ => (code | (((high[((2 * odd) + (vector / 4)) * 64] >> (vector % 4 * 2)) & 3) << 4)) - 32,
        };
    }

    private static bool PackHead(ElementFormat format, byte* block, int row, byte* head)
    {
        if (format == ElementFormat.Q6_K)
        {
            ((float*)head)[row] = Blocks.HalfAt(block + 208);
            return float.IsFinite(((float*)head)[row]);
        }

        var scale = (ushort)(block[0] | (block[1] << 8));
        var minimum = (ushort)(block[2] | (block[3] << 8));
        ((ushort*)head)[row] = scale;
        ((ushort*)head)[GroupRows + row] = minimum;
        return (scale & 0x7C00) != 0x7C00 && (minimum & 0x7C00) != 0x7C00;
    }

    private static void PackPair(ElementFormat format, byte* codes, byte* factors, int row, byte* pair)
    {
        for (var i = 0; i < 4; i++)
        {
            pair[(4 * row) + i] = factors[i];
        }

        for (var i = 0; i < 64; i++)
        {
            var (odd, vector) = (i / 32, i % 32 / 4);
            var tops = pair + FactorBytes + (4 * row) + (i % 4);
            var lane = tops + HighBytes(format);
            var high = codes[i] >> 4;
            lane[vector * 64] |= (byte)((codes[i] & 15) << (4 * odd));
            if (format == ElementFormat.Q5_K)
            {
                tops[odd * 64] |= (byte)(high << vector);
            }
            else if (format == ElementFormat.Q6_K)
            {
                tops[((2 * odd) + (vector / 4)) * 64] |= (byte)(high << (vector % 4 * 2));
            }
        }
    }
}
