using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Quantization;

/// <summary>Encodes rows of numbers block by block.</summary>
internal static unsafe class BlockEncoder
{
    /// <summary>Encodes whole blocks; see <see cref="Blocks.Quantise(ElementFormat, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{byte})"/>.</summary>
    [SkipLocalsInit]
    public static void Encode(ElementFormat format, ReadOnlySpan<float> source, ReadOnlySpan<float> importance, Span<byte> destination)
    {
        var (length, bytes) = FormatTraits.Of(format);
        RequireImportance(source.Length, importance, length);
        var weights = stackalloc float[SuperBlockEncoder.Length];
        fixed (float* x = source)
        fixed (byte* to = destination)
        {
            for (var first = 0; first < source.Length; first += length)
            {
                var values = x + first;
                var largest = Largest(source.Slice(first, length), format, first);
                Weigh(importance.IsEmpty ? [] : importance.Slice(first % importance.Length, length), weights, length);
                var block = to + ((long)first / length * bytes);
                var fits = format switch
                {
                    ElementFormat.Q8_0 => EncodeQ80(values, block),
                    ElementFormat.Q4_0 => importance.IsEmpty ? EncodeQ40(values, block) : EncodeQ40(values, weights, block),
                    ElementFormat.Q4_K => SuperBlockEncoder.EncodeQ4K(values, weights, block),
                    ElementFormat.Q5_K => SuperBlockEncoder.EncodeQ5K(values, weights, block),
                    _ => SuperBlockEncoder.EncodeQ6K(values, weights, block),
                };
                if (!fits)
                {
                    throw FormatErrors.CannotHold(format, first, largest);
                }
            }
        }
    }

    private static void RequireImportance(int elements, ReadOnlySpan<float> importance, int blockLength)
    {
        if (!importance.IsEmpty && (elements % importance.Length != 0 || importance.Length % blockLength != 0))
        {
            throw new ArgumentException(
                $"Encode {elements} elements: found {importance.Length} weights of importance, expected one a column: a multiple of {blockLength} that divides the elements.",
                nameof(importance));
        }

        for (var i = 0; i < importance.Length; i++)
        {
            if (!(importance[i] >= 0 && float.IsFinite(importance[i])))
            {
                throw FormatErrors.BadImportance(i, importance[i]);
            }
        }
    }

    /// <summary>The largest magnitude of a block.</summary>
    private static float Largest(ReadOnlySpan<float> block, ElementFormat format, int first)
    {
        var largest = 0f;
        for (var i = 0; i < block.Length; i++)
        {
            if (!float.IsFinite(block[i]))
            {
                throw FormatErrors.CannotHold(format, first + i, block[i]);
            }

            largest = Math.Max(largest, Math.Abs(block[i]));
        }

        return largest;
    }

    /// <summary>Weights with a mean of 1; all 1 where nothing has importance.</summary>
    private static void Weigh(ReadOnlySpan<float> importance, float* weights, int length)
    {
        var sum = 0d;
        foreach (var weight in importance)
        {
            sum += weight;
        }

        for (var i = 0; i < length; i++)
        {
            weights[i] = sum > 0 ? (float)(importance[i] * length / sum) : 1;
        }
    }

    /// <summary>The scale of least weighted error, as it is stored, and the nearest codes.</summary>
    private static bool EncodeQ40(float* x, float* weights, byte* block)
    {
        var scale = (Half)ScaleSearch.Symmetric(x, weights, 32, 8);
        BitConverter.TryWriteBytes(new Span<byte>(block, 2), scale);
        for (var i = 0; i < 16; i += 8)
        {
            var low = ScaleSearch.SymmetricCodes(Vector256.Load(x + i), 8, (float)scale);
            var high = ScaleSearch.SymmetricCodes(Vector256.Load(x + i + 16), 8, (float)scale);
            for (var j = 0; j < 8; j++)
            {
                block[2 + i + j] = (byte)(((int)low[j] + 8) | (((int)high[j] + 8) << 4));
            }
        }

        return Half.IsFinite(scale);
    }

    /// <summary>ggml's own: the largest magnitude becomes 127.</summary>
    private static bool EncodeQ80(float* x, byte* block)
    {
        var largest = 0f;
        for (var i = 0; i < 32; i++)
        {
            largest = Math.Max(largest, Math.Abs(x[i]));
        }

        var scale = largest / 127;
        var inverse = scale == 0 ? 0 : 1 / scale;
        BitConverter.TryWriteBytes(new Span<byte>(block, 2), (Half)scale);
        for (var i = 0; i < 32; i++)
        {
            block[2 + i] = (byte)(sbyte)MathF.Round(x[i] * inverse, MidpointRounding.AwayFromZero);
        }

        return Half.IsFinite((Half)scale);
    }

    /// <summary>ggml's own: the number of largest magnitude becomes −8.</summary>
    private static bool EncodeQ40(float* x, byte* block)
    {
        var (largest, signed) = (0f, 0f);
        for (var i = 0; i < 32; i++)
        {
            if (Math.Abs(x[i]) > largest)
            {
                (largest, signed) = (Math.Abs(x[i]), x[i]);
            }
        }

        var scale = signed / -8;
        var inverse = scale == 0 ? 0 : 1 / scale;
        BitConverter.TryWriteBytes(new Span<byte>(block, 2), (Half)scale);
        for (var i = 0; i < 16; i++)
        {
            var low = Math.Min(15, (int)((x[i] * inverse) + 8.5f));
            var high = Math.Min(15, (int)((x[i + 16] * inverse) + 8.5f));
            block[2 + i] = (byte)(low | (high << 4));
        }

        return Half.IsFinite((Half)scale);
    }
}
