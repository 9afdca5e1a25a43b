namespace Gyre.Tensors.Quantization;

/// <summary>4-bit codes for numbers that are normally distributed: sixteen levels between −1 and 1 times the largest number of a block.</summary>
/// <remarks>Source: Dettmers et al. 2023 (QLoRA), appendix E for the levels; blocks of 64, the upper half of a byte first.</remarks>
internal static unsafe class NormalFloat
{
    /// <summary>Numbers that share a scale. The last block of a row may be shorter.</summary>
    public const int BlockLength = 64;

    /// <summary>The levels, ascending.</summary>
    public static readonly float[] Levels =
    [
        -1f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0f,
        0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1f,
    ];

    private static readonly float[] Bounds = [.. Enumerable.Range(0, 15).Select(i => (Levels[i] + Levels[i + 1]) / 2)];

    /// <summary>For each byte the levels of its two codes.</summary>
    private static readonly float[] Pairs = [.. Enumerable.Range(0, 256).SelectMany(code => new[] { Levels[code >> 4], Levels[code & 15] })];

    /// <summary>Blocks of a row.</summary>
    public static int Blocks(int columns) => (columns + BlockLength - 1) / BlockLength;

    /// <summary>Bytes of a row's codes.</summary>
    public static int CodeBytes(int columns) => (columns + 1) / 2;

    /// <summary>Encodes a row.</summary>
    /// <param name="row">The numbers.</param>
    /// <param name="codes">Two a byte.</param>
    /// <param name="scales">The largest number of each block, without its sign.</param>
    public static void Encode(ReadOnlySpan<float> row, Span<byte> codes, Span<float> scales)
    {
        codes.Clear();
        for (var block = 0; block < scales.Length; block++)
        {
            var (first, last) = (block * BlockLength, Math.Min(row.Length, (block + 1) * BlockLength));
            var largest = 0f;
            foreach (var value in row[first..last])
            {
                largest = Math.Max(largest, Math.Abs(value));
            }

            scales[block] = largest;
            var inverse = largest > 0 ? 1 / largest : 0;
            for (var i = first; i < last; i++)
            {
                codes[i / 2] |= (byte)(Code(row[i] * inverse) << (i % 2 == 0 ? 4 : 0));
            }
        }
    }

    /// <summary>Decodes a row.</summary>
    public static void Decode(byte* codes, ReadOnlySpan<float> scales, float* row, int columns)
    {
        fixed (float* pairs = Pairs)
        {
            for (var i = 0; i + 1 < columns; i += 2)
            {
                var scale = scales[i / BlockLength];
                var levels = pairs + (2 * codes[i / 2]);
                row[i] = levels[0] * scale;
                row[i + 1] = levels[1] * scale;
            }

            if (columns % 2 == 1)
            {
                row[columns - 1] = pairs[2 * codes[columns / 2]] * scales[(columns - 1) / BlockLength];
            }
        }
    }

    /// <summary>The nearest level; of two the lower.</summary>
    private static int Code(float value)
    {
        var code = 0;
        while (code < 15 && value > Bounds[code])
        {
            code++;
        }

        return code;
    }
}
