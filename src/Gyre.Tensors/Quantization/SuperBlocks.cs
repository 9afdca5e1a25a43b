namespace Gyre.Tensors.Quantization;

/// <summary>Decoders of the formats with blocks of 256 values in sub-blocks of 16 or 32.</summary>
/// <remarks>Source: the block layouts of GGUF v3 (ggml), types Q4_K, Q5_K and Q6_K.</remarks>
internal static unsafe class SuperBlocks
{
    /// <summary>f16 scale, f16 scale of minima, 12 bytes of 6-bit factors, 128 bytes of 4-bit codes.</summary>
    public static void DecodeQ4K(byte* block, float* destination)
    {
        var (scale, minimum) = (Blocks.HalfAt(block), Blocks.HalfAt(block + 2));
        var codes = block + 16;
        for (var part = 0; part < 8; part++)
        {
            var (factor, offset) = Factors(block + 4, part);
            var (d, m) = (scale * factor, minimum * offset);
            var shift = part % 2 * 4;
            for (var i = 0; i < 32; i++)
            {
                destination[i] = (d * ((codes[i] >> shift) & 15)) - m;
            }

            destination += 32;
            codes += part % 2 * 32;
        }
    }

    /// <summary>As Q4_K, with 32 bytes of fifth bits before the codes: bit n of byte i belongs to sub-block n, value i.</summary>
    public static void DecodeQ5K(byte* block, float* destination)
    {
        var (scale, minimum) = (Blocks.HalfAt(block), Blocks.HalfAt(block + 2));
        var fifth = block + 16;
        var codes = block + 48;
        for (var part = 0; part < 8; part++)
        {
            var (factor, offset) = Factors(block + 4, part);
            var (d, m) = (scale * factor, minimum * offset);
            var shift = part % 2 * 4;
            for (var i = 0; i < 32; i++)
            {
                var code = ((codes[i] >> shift) & 15) | (((fifth[i] >> part) & 1) << 4);
                destination[i] = (d * code) - m;
            }

            destination += 32;
            codes += part % 2 * 32;
        }
    }

    /// <summary>128 bytes of low bits, 64 of high bits, 16 signed factors, f16 scale.</summary>
    public static void DecodeQ6K(byte* block, float* destination)
    {
        var low = block;
        var high = block + 128;
        var factors = (sbyte*)block + 192;
        var scale = Blocks.HalfAt(block + 208);
        for (var half = 0; half < 2; half++)
        {
            for (var i = 0; i < 32; i++)
            {
                for (var quarter = 0; quarter < 4; quarter++)
                {
                    var bits = (low[i + (quarter % 2 * 32)] >> (quarter / 2 * 4)) & 15;
                    var code = (bits | (((high[i] >> (2 * quarter)) & 3) << 4)) - 32;
                    destination[i + (32 * quarter)] = scale * factors[(i / 16) + (2 * quarter)] * code;
                }
            }

            low += 64;
            high += 32;
            factors += 8;
            destination += 128;
        }
    }

    /// <summary>
    /// A block's 256 unsigned codes in order, and 16 factors: of Q4_K and Q5_K, for each pair of sub-blocks, both scales
    /// and then both minima; of Q6_K the signed scales.
    /// </summary>
    public static void Split(ElementFormat format, byte* block, byte* codes, byte* factors)
    {
        if (format == ElementFormat.Q6_K)
        {
            for (var i = 0; i < 256; i++)
            {
                var quarter = i % 128 / 32;
                var low = block[(i / 128 * 64) + (quarter % 2 * 32) + (i % 32)] >> (quarter / 2 * 4);
                var high = block[128 + (i / 128 * 32) + (i % 32)] >> (2 * quarter);
                codes[i] = (byte)((low & 15) | ((high & 3) << 4));
            }

            new ReadOnlySpan<byte>(block + 192, 16).CopyTo(new Span<byte>(factors, 16));
            return;
        }

        var nibbles = block + (format == ElementFormat.Q4_K ? 16 : 48);
        for (var i = 0; i < 256; i++)
        {
            var part = i / 32;
            var fifth = format == ElementFormat.Q5_K ? (block[16 + (i % 32)] >> part) & 1 : 0;
            codes[i] = (byte)(((nibbles[(part / 2 * 32) + (i % 32)] >> (part % 2 * 4)) & 15) | (fifth << 4));
        }

        for (var part = 0; part < 8; part++)
        {
            var (factor, minimum) = Factors(block + 4, part);
            factors[(part / 2 * 4) + (part % 2)] = (byte)factor;
            factors[(part / 2 * 4) + 2 + (part % 2)] = (byte)minimum;
        }
    }

    /// <summary>The 6-bit scale and minimum of a sub-block.</summary>
    private static (int Scale, int Minimum) Factors(byte* packed, int part) => part < 4
        ? (packed[part] & 63, packed[part + 4] & 63)
        : ((packed[part + 4] & 15) | (packed[part - 4] >> 6 << 4), (packed[part + 4] >> 4) | (packed[part] >> 6 << 4));
}
