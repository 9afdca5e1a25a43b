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
    /// <param name="format">F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K or Q6_K.</param>
    /// <param name="source">The numbers; finite ones for a quantised format.</param>
    /// <param name="destination">Receives the encoded bytes; exactly as many as the elements take.</param>
    /// <remarks>
    /// Q8_0 and Q4_0 give ggml's own blocks; the others look for the least squared error. The same bits on every processor.
    /// <para><b>Errors</b>: <c>TEN0103</c> for another format, <c>TEN0102</c> for a partial block, <c>TEN0105</c> for a number
    /// that a quantised format cannot hold, an argument exception when the lengths disagree.</para>
    /// </remarks>
    public static void Quantise(ElementFormat format, ReadOnlySpan<float> source, Span<byte> destination) =>
        Quantise(format, source, [], destination);

    /// <summary>Encodes rows of numbers so that columns of more importance lose less.</summary>
    /// <param name="format">F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K or Q6_K.</param>
    /// <param name="source">Whole rows; finite numbers for a quantised format.</param>
    /// <param name="importance">
    /// One weight a column, such as the mean of that input's squared activations, not negative; empty for none. Q4_0, Q4_K,
    /// Q5_K and Q6_K minimise the squared error times the weight; the other formats do not use it.
    /// </param>
    /// <param name="destination">Receives the encoded bytes; exactly as many as the elements take.</param>
    /// <remarks>
    /// <b>Errors</b>: those of the form without importance; <c>TEN0106</c> for a weight that is negative or not finite.
    /// <para><b>Cost</b>: for the searched formats some forty passes over each sub-block, in the first-level cache.</para>
    /// </remarks>
    public static void Quantise(ElementFormat format, ReadOnlySpan<float> source, ReadOnlySpan<float> importance, Span<byte> destination)
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
            case ElementFormat.Q8_0 or ElementFormat.Q4_0 or ElementFormat.Q4_K or ElementFormat.Q5_K or ElementFormat.Q6_K:
                BlockEncoder.Encode(format, source, importance, destination);
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
}
