using System.Runtime.CompilerServices;

namespace Gyre.Tensors.Quantization;

/// <summary>
/// The layout of a block of 64 tokens' keys and values of one head: keys with the tokens in the lanes, so that a query
/// meets 64 keys at once, values with the head's numbers in the lanes.
/// </summary>
/// <remarks>
/// Keys are [width][64 tokens]; values [64 tokens][width rounded up to 16]. <see cref="KeyValueFormat.Int8"/> adds
/// scales: keys [width / 32][64 tokens], values [64 tokens][width / 32].
/// </remarks>
public readonly unsafe struct KeyValueBlock
{
    /// <summary>Tokens of a block.</summary>
    public const int Tokens = 64;

    private const int ScaledNumbers = 32;
    private const int LargestCode = 127;
    private const float LargestHalf = 65504f;
    private const int LineBytes = 64;

    /// <summary>The layout of heads of a width.</summary>
    /// <param name="format">How numbers are stored.</param>
    /// <param name="width">Numbers of a head, 1 to 4,096.</param>
    public KeyValueBlock(KeyValueFormat format, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, 4096);
        (Format, Width, PaddedWidth, Groups) = (format, width, (width + 15) / 16 * 16, (width + ScaledNumbers - 1) / ScaledNumbers);
    }

    /// <summary>How numbers are stored.</summary>
    public KeyValueFormat Format { get; }

    /// <summary>Numbers of a head.</summary>
    public int Width { get; }

    /// <summary>Numbers of a row of values, those behind <see cref="Width"/> being 0.</summary>
    public int PaddedWidth { get; }

    /// <summary>Bytes of a block, whole cache lines.</summary>
    public long LengthBytes => KeyBytes + ValueBytes;

    /// <summary>Scales of a token's head.</summary>
    internal int Groups { get; }

    internal int ElementBytes => Format switch { KeyValueFormat.F32 => 4, KeyValueFormat.F16 => 2, _ => 1 };

    internal long KeyBytes => Lines((long)Width * Tokens * ElementBytes) + ScaleBytes;

    internal long ValueBytes => Lines((long)PaddedWidth * Tokens * ElementBytes) + ScaleBytes;

    private long ScaleBytes => Format == KeyValueFormat.Int8 ? (long)Groups * Tokens * sizeof(float) : 0;

    /// <summary>Stores one token's key and value.</summary>
    /// <param name="block">The block.</param>
    /// <param name="token">Its place, 0 to 63.</param>
    /// <param name="key"><see cref="Width"/> numbers.</param>
    /// <param name="value">As the key.</param>
    [HotPath]
    [SkipLocalsInit]
    public void Store(byte* block, int token, float* key, float* value)
    {
        var values = block + KeyBytes;
        switch (Format)
        {
            case KeyValueFormat.F32:
                for (var d = 0; d < Width; d++)
                {
                    ((float*)block)[(d * Tokens) + token] = key[d];
                    ((float*)values)[(token * PaddedWidth) + d] = value[d];
                }

                break;
            case KeyValueFormat.F16:
                for (var d = 0; d < Width; d++)
                {
                    ((Half*)block)[(d * Tokens) + token] = ToHalf(key[d]);
                    ((Half*)values)[(token * PaddedWidth) + d] = ToHalf(value[d]);
                }

                break;
            default:
                StoreBytes((sbyte*)block + token, Tokens, KeyScales(block) + token, Tokens, key);
                StoreBytes((sbyte*)values + (token * PaddedWidth), 1, ValueScales(block) + (token * Groups), 1, value);
                break;
        }
    }

    /// <summary>Copies the first tokens of a block.</summary>
    public void CopyTokens(byte* source, byte* destination, int tokens)
    {
        var bytes = ElementBytes;
        for (var d = 0; d < Width; d++)
        {
            Copy(source, destination, (long)d * Tokens * bytes, (long)tokens * bytes);
        }

        Copy(source, destination, KeyBytes, (long)tokens * PaddedWidth * bytes);
        if (Format == KeyValueFormat.Int8)
        {
            for (var group = 0; group < Groups; group++)
            {
                Copy(source, destination, KeyBytes - ScaleBytes + ((long)group * Tokens * sizeof(float)), (long)tokens * sizeof(float));
            }

            Copy(source, destination, LengthBytes - ScaleBytes, (long)tokens * Groups * sizeof(float));
        }
    }

    /// <summary>One scale a token and group of numbers of a key: [group][token].</summary>
    internal float* KeyScales(byte* block) => (float*)(block + KeyBytes - ScaleBytes);

    /// <summary>One scale a token and group of numbers of a value: [token][group].</summary>
    internal float* ValueScales(byte* block) => (float*)(block + LengthBytes - ScaleBytes);

    private static long Lines(long bytes) => (bytes + LineBytes - 1) / LineBytes * LineBytes;

    private static Half ToHalf(float value) => (Half)Math.Clamp(value, -LargestHalf, LargestHalf);

    private static void Copy(byte* source, byte* destination, long offset, long bytes) =>
        Buffer.MemoryCopy(source + offset, destination + offset, bytes, bytes);

    private void StoreBytes(sbyte* codes, int codeStep, float* scales, int scaleStep, float* numbers)
    {
        for (var group = 0; group < Groups; group++)
        {
            var end = Math.Min(Width, (group + 1) * ScaledNumbers);
            var largest = 0f;
            for (var d = group * ScaledNumbers; d < end; d++)
            {
                // Written so that not-a-number is kept: it must show in the results.
                largest = Math.Abs(numbers[d]) <= largest ? largest : Math.Abs(numbers[d]);
            }

            scales[group * scaleStep] = largest / LargestCode;
            var inverse = largest == 0 ? 0 : LargestCode / largest;
            for (var d = group * ScaledNumbers; d < end; d++)
            {
                codes[d * codeStep] = (sbyte)MathF.Round(numbers[d] * inverse);
            }
        }
    }
}
