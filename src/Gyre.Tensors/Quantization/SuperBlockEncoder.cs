using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Quantization;

/// <summary>Encoders of the formats with blocks of 256 values in sub-blocks of 16 or 32.</summary>
/// <remarks>
/// Each sub-block's scale (and minimum) is searched for alone; then the unit that the factors share; then each
/// sub-block tries the neighbours of its factors with the unit as it is stored.
/// <para><b>Source</b>: the block layouts of GGUF v3 (ggml), types Q4_K, Q5_K and Q6_K.</para>
/// </remarks>
internal static unsafe class SuperBlockEncoder
{
    /// <summary>Values of a block.</summary>
    public const int Length = 256;

    private const int Parts = 8;
    private const int PartLength = 32;
    private const int SmallParts = 16;
    private const int SmallPartLength = 16;
    private const int MostFactor = 63;
    private const int HighBound = 32;

    /// <summary>144 bytes; see <see cref="SuperBlocks.DecodeQ4K"/>. False when a scale does not fit half precision.</summary>
    public static bool EncodeQ4K(float* x, float* weights, byte* block)
    {
        var codes = stackalloc byte[Length];
        var fits = EncodeAffine(x, weights, 15, block, codes);
        PackNibbles(codes, block + 16);
        return fits;
    }

    /// <summary>176 bytes; see <see cref="SuperBlocks.DecodeQ5K"/>. False when a scale does not fit half precision.</summary>
    public static bool EncodeQ5K(float* x, float* weights, byte* block)
    {
        var codes = stackalloc byte[Length];
        var fits = EncodeAffine(x, weights, 31, block, codes);
        new Span<byte>(block + 16, PartLength).Clear();
        for (var i = 0; i < Length; i++)
        {
            block[16 + (i % PartLength)] |= (byte)(codes[i] >> 4 << (i / PartLength));
            codes[i] &= 15;
        }

        PackNibbles(codes, block + 48);
        return fits;
    }

    /// <summary>210 bytes; see <see cref="SuperBlocks.DecodeQ6K"/>. False when a scale does not fit half precision.</summary>
    public static bool EncodeQ6K(float* x, float* weights, byte* block)
    {
        Span<float> scales = stackalloc float[SmallParts];
        Span<float> totals = stackalloc float[SmallParts];
        for (var part = 0; part < SmallParts; part++)
        {
            var offset = part * SmallPartLength;
            scales[part] = ScaleSearch.Symmetric(x + offset, weights + offset, SmallPartLength, HighBound);
            totals[part] = Total(weights + offset, SmallPartLength);
        }

        var unit = ScaleSearch.Unit(scales, totals, sbyte.MinValue, sbyte.MaxValue);
        BitConverter.TryWriteBytes(new Span<byte>(block + 208, 2), unit);
        var codes = stackalloc byte[Length];
        for (var part = 0; part < SmallParts; part++)
        {
            var values = x + (part * SmallPartLength);
            var factor = NearestFactor(values, weights + (part * SmallPartLength), scales[part], (float)unit);
            ((sbyte*)block)[192 + part] = (sbyte)factor;
            for (var i = 0; i < SmallPartLength; i += 8)
            {
                var nearest = ScaleSearch.SymmetricCodes(Vector256.Load(values + i), HighBound, (float)unit * factor);
                Store(nearest + Vector256.Create((float)HighBound), codes + (part * SmallPartLength) + i);
            }
        }

        PackSixBits(codes, block);
        return Half.IsFinite(unit);
    }

    private static bool EncodeAffine(float* x, float* weights, int most, byte* block, byte* codes)
    {
        Span<float> scales = stackalloc float[Parts];
        Span<float> minima = stackalloc float[Parts];
        Span<float> totals = stackalloc float[Parts];
        for (var part = 0; part < Parts; part++)
        {
            var offset = part * PartLength;
            (scales[part], minima[part]) = ScaleSearch.Affine(x + offset, weights + offset, PartLength, most);
            totals[part] = Total(weights + offset, PartLength);
        }

        var unit = ScaleSearch.Unit(scales, totals, 0, MostFactor);
        var minimumUnit = ScaleSearch.Unit(minima, totals, 0, MostFactor);
        BitConverter.TryWriteBytes(new Span<byte>(block, 2), unit);
        BitConverter.TryWriteBytes(new Span<byte>(block + 2, 2), minimumUnit);
        new Span<byte>(block + 4, 12).Clear();
        for (var part = 0; part < Parts; part++)
        {
            var values = x + (part * PartLength);
            var (factor, minimum) = NearestFactors(values, weights + (part * PartLength), most, (scales[part], minima[part]), ((float)unit, (float)minimumUnit));
            PackFactors(block + 4, part, factor, minimum);
            for (var i = 0; i < PartLength; i += 8)
            {
                var nearest = ScaleSearch.AffineCodes(Vector256.Load(values + i), most, (float)unit * factor, (float)minimumUnit * minimum);
                Store(nearest, codes + (part * PartLength) + i);
            }
        }

        return Half.IsFinite(unit) && Half.IsFinite(minimumUnit);
    }

    /// <summary>The factors nearest to what was searched for, or neighbours that lose less once both are rounded.</summary>
    private static (int Factor, int Minimum) NearestFactors(float* x, float* weights, int most, (float Scale, float Minimum) wanted, (float Scale, float Minimum) unit)
    {
        var factor = Nearest(wanted.Scale, unit.Scale, 0, MostFactor);
        var minimum = Nearest(wanted.Minimum, unit.Minimum, 0, MostFactor);
        var best = (factor, minimum);
        var leastError = ScaleSearch.AffineError(x, weights, PartLength, most, unit.Scale * factor, unit.Minimum * minimum);
        for (var f = Math.Max(0, factor - 1); f <= Math.Min(MostFactor, factor + 1); f++)
        {
            for (var m = Math.Max(0, minimum - 1); m <= Math.Min(MostFactor, minimum + 1) && leastError > 0; m++)
            {
                var error = ScaleSearch.AffineError(x, weights, PartLength, most, unit.Scale * f, unit.Minimum * m);
                if (error < leastError)
                {
                    (best, leastError) = ((f, m), error);
                }
            }
        }

        return best;
    }

    private static int NearestFactor(float* x, float* weights, float wanted, float unit)
    {
        var nearest = Nearest(wanted, unit, sbyte.MinValue, sbyte.MaxValue);
        var best = nearest;
        var leastError = ScaleSearch.SymmetricError(x, weights, SmallPartLength, HighBound, unit * nearest);
        for (var f = Math.Max(sbyte.MinValue, nearest - 1); f <= Math.Min(sbyte.MaxValue, nearest + 1); f++)
        {
            var error = ScaleSearch.SymmetricError(x, weights, SmallPartLength, HighBound, unit * f);
            if (error < leastError)
            {
                (best, leastError) = (f, error);
            }
        }

        return best;
    }

    private static int Nearest(float wanted, float unit, int least, int most) =>
        unit == 0 ? 0 : (int)Math.Clamp(MathF.Round(wanted / unit), least, most);

    private static float Total(float* weights, int count)
    {
        var total = 0f;
        for (var i = 0; i < count; i++)
        {
            total += weights[i];
        }

        return total;
    }

    private static void Store(Vector256<float> codes, byte* destination)
    {
        var whole = Vector256.ConvertToInt32(codes);
        for (var i = 0; i < 8; i++)
        {
            destination[i] = (byte)whole[i];
        }
    }

    /// <summary>6-bit factors: the first four sub-blocks in whole bytes, the upper two bits of which hold those of the last four.</summary>
    private static void PackFactors(byte* packed, int part, int factor, int minimum)
    {
        if (part < 4)
        {
            packed[part] |= (byte)factor;
            packed[part + 4] |= (byte)minimum;
            return;
        }

        packed[part + 4] = (byte)((factor & 15) | (minimum << 4));
        packed[part - 4] |= (byte)(factor >> 4 << 6);
        packed[part] |= (byte)(minimum >> 4 << 6);
    }

    private static void PackNibbles(byte* codes, byte* destination)
    {
        for (var i = 0; i < Length / 2; i++)
        {
            var low = (i / PartLength * 2 * PartLength) + (i % PartLength);
            destination[i] = (byte)(codes[low] | (codes[low + PartLength] << 4));
        }
    }

    private static void PackSixBits(byte* codes, byte* block)
    {
        for (var i = 0; i < 64; i++)
        {
            var first = codes + (i / 32 * 128) + (i % 32);
            var low = block + (i / 32 * 64) + (i % 32);
            low[0] = (byte)((first[0] & 15) | ((first[64] & 15) << 4));
            low[32] = (byte)((first[32] & 15) | ((first[96] & 15) << 4));
            block[128 + i] = (byte)((first[0] >> 4) | (first[32] >> 4 << 2) | (first[64] >> 4 << 4) | (first[96] >> 4 << 6));
        }
    }
}
