using System.Runtime.InteropServices;

namespace Gyre.Tensors.Quantization;

/// <summary>Turns stored elements into single-precision numbers and back.</summary>
/// <remarks>Source: the block layouts of GGUF v3 (ggml).</remarks>
public static unsafe class Blocks
{
    /// <summary>Decodes stored elements.</summary>
    /// <param name="format">Any floating-point or quantised format.</param>
    /// <param name="source">The encoded bytes, exactly as many as the elements take.</param>
    /// <param name="destination">Receives one number per element.</param>
    /// <remarks><b>Errors</b>: <c>TEN0101</c> for a format without a decoder, <c>TEN0102</c> for a partial block, an argument exception when the lengths disagree.</remarks>
    public static void Dequantise(ElementFormat format, ReadOnlySpan<byte> source, Span<float> destination)
    {
        var expected = FormatTraits.LengthBytes(format, destination.Length);
        if (source.Length != expected)
        {
            throw new ArgumentException($"Decode {destination.Length} elements of {format}: found {source.Length} bytes, expected {expected}.", nameof(source));
        }

        fixed (byte* from = source)
        fixed (float* to = destination)
        {
            Dequantise(format, from, destination.Length, to);
        }
    }

    /// <summary>Decodes stored elements of any number; lengths are the caller's responsibility.</summary>
    /// <param name="format">Any floating-point or quantised format.</param>
    /// <param name="source">The first encoded byte; need not be aligned.</param>
    /// <param name="elements">How many, a multiple of the format's block length.</param>
    /// <param name="destination">Receives one number per element.</param>
    /// <remarks><b>Errors</b>: <c>TEN0101</c> for a format without a decoder, <c>TEN0102</c> for a partial block.</remarks>
    public static void Dequantise(ElementFormat format, byte* source, long elements, float* destination)
    {
        var lengthBytes = FormatTraits.LengthBytes(format, elements);
        switch (format)
        {
            case ElementFormat.F32:
                Buffer.MemoryCopy(source, destination, lengthBytes, lengthBytes);
                break;
            case ElementFormat.F64:
                for (var i = 0L; i < elements; i++)
                {
                    destination[i] = (float)MemoryMarshal.Read<double>(new ReadOnlySpan<byte>(source + (8 * i), 8));
                }

                break;
            case ElementFormat.F16:
                for (var i = 0L; i < elements; i++)
                {
                    destination[i] = HalfAt(source + (2 * i));
                }

                break;
            case ElementFormat.BF16:
                for (var i = 0L; i < elements; i++)
                {
                    destination[i] = BitConverter.UInt32BitsToSingle((uint)(source[2 * i] | (source[(2 * i) + 1] << 8)) << 16);
                }

                break;
            case ElementFormat.Q8_0:
                ForEachBlock(format, source, elements, destination, &DecodeQ80);
                break;
            case ElementFormat.Q4_0:
                ForEachBlock(format, source, elements, destination, &DecodeQ40);
                break;
            case ElementFormat.Q4_K:
                ForEachBlock(format, source, elements, destination, &SuperBlocks.DecodeQ4K);
                break;
            case ElementFormat.Q5_K:
                ForEachBlock(format, source, elements, destination, &SuperBlocks.DecodeQ5K);
                break;
            case ElementFormat.Q6_K:
                ForEachBlock(format, source, elements, destination, &SuperBlocks.DecodeQ6K);
                break;
            default:
                throw FormatErrors.Unknown("Decode stored elements", format);
        }
    }

    /// <summary>Encodes numbers.</summary>
    /// <param name="format">F32, F16, BF16, Q8_0 or Q4_0.</param>
    /// <param name="source">The numbers; not-a-number cannot be stored in a quantised format and becomes some code.</param>
    /// <param name="destination">Receives the encoded bytes; exactly as many as the elements take.</param>
    /// <remarks><b>Errors</b>: <c>TEN0103</c> for another format, <c>TEN0102</c> for a partial block, an argument exception when the lengths disagree.</remarks>
    public static void Quantise(ElementFormat format, ReadOnlySpan<float> source, Span<byte> destination)
    {
        var expected = FormatTraits.LengthBytes(format, source.Length);
        if (destination.Length != expected)
        {
            throw new ArgumentException($"Encode {source.Length} elements as {format}: found {destination.Length} bytes of room, expected {expected}.", nameof(destination));
        }

        switch (format)
        {
            case ElementFormat.F32:
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                break;
            case ElementFormat.F16:
                for (var i = 0; i < source.Length; i++)
                {
                    BitConverter.TryWriteBytes(destination[(2 * i)..], (Half)source[i]);
                }

                break;
            case ElementFormat.BF16:
                for (var i = 0; i < source.Length; i++)
                {
                    BitConverter.TryWriteBytes(destination[(2 * i)..], ToBrainFloat(source[i]));
                }

                break;
            case ElementFormat.Q8_0:
                for (var block = 0; block < source.Length / 32; block++)
                {
                    EncodeQ80(source.Slice(32 * block, 32), destination.Slice(34 * block, 34));
                }

                break;
            case ElementFormat.Q4_0:
                for (var block = 0; block < source.Length / 32; block++)
                {
                    EncodeQ40(source.Slice(32 * block, 32), destination.Slice(18 * block, 18));
                }

                break;
            default:
                throw FormatErrors.CannotQuantise(format);
        }
    }

    /// <summary>The half-precision number at an address of any alignment.</summary>
    internal static float HalfAt(byte* source) => (float)BitConverter.UInt16BitsToHalf((ushort)(source[0] | (source[1] << 8)));

    private static void ForEachBlock(ElementFormat format, byte* source, long elements, float* destination, delegate*<byte*, float*, void> decode)
    {
        var (blockLength, blockBytes) = FormatTraits.Of(format);
        for (var i = 0L; i < elements; i += blockLength)
        {
            decode(source, destination + i);
            source += blockBytes;
        }
    }

    private static void DecodeQ80(byte* block, float* destination)
    {
        var scale = HalfAt(block);
        for (var i = 0; i < 32; i++)
        {
            destination[i] = (sbyte)block[2 + i] * scale;
        }
    }

    private static void DecodeQ40(byte* block, float* destination)
    {
        var scale = HalfAt(block);
        for (var i = 0; i < 16; i++)
        {
            destination[i] = ((block[2 + i] & 15) - 8) * scale;
            destination[i + 16] = ((block[2 + i] >> 4) - 8) * scale;
        }
    }

    /// <summary>Rounds to nearest, ties to even; not-a-number stays one.</summary>
    private static ushort ToBrainFloat(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static void EncodeQ80(ReadOnlySpan<float> source, Span<byte> destination)
    {
        var largest = 0f;
        foreach (var value in source)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        var scale = largest / 127;
        var inverse = scale == 0 ? 0 : 1 / scale;
        BitConverter.TryWriteBytes(destination, (Half)scale);
        for (var i = 0; i < 32; i++)
        {
            destination[2 + i] = (byte)(sbyte)MathF.Round(source[i] * inverse, MidpointRounding.AwayFromZero);
        }
    }

    private static void EncodeQ40(ReadOnlySpan<float> source, Span<byte> destination)
    {
        var (largest, signed) = (0f, 0f);
        foreach (var value in source)
        {
            if (Math.Abs(value) > largest)
            {
                (largest, signed) = (Math.Abs(value), value);
            }
        }

        var scale = signed / -8;
        var inverse = scale == 0 ? 0 : 1 / scale;
        BitConverter.TryWriteBytes(destination, (Half)scale);
        for (var i = 0; i < 16; i++)
        {
            var low = Math.Min(15, (int)((source[i] * inverse) + 8.5f));
            var high = Math.Min(15, (int)((source[i + 16] * inverse) + 8.5f));
            destination[2 + i] = (byte)(low | (high << 4));
        }
    }
}
