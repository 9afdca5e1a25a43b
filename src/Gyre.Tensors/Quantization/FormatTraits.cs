namespace Gyre.Tensors.Quantization;

/// <summary>What a stored format takes: elements in one block, and bytes for them.</summary>
/// <param name="BlockLength">Elements per block; 1 for plain numbers.</param>
/// <param name="BlockBytes">Bytes per block.</param>
/// <remarks>Source: GGUF v3, tensor types.</remarks>
public readonly record struct FormatTraits(int BlockLength, int BlockBytes)
{
    /// <summary>The traits of a format.</summary>
    /// <remarks><b>Errors</b>: <c>TEN0101</c> for a format without elements of its own here.</remarks>
    public static FormatTraits Of(ElementFormat format) => format switch
    {
        ElementFormat.I8 or ElementFormat.U8 or ElementFormat.Bool => new(1, 1),
        ElementFormat.F16 or ElementFormat.BF16 or ElementFormat.I16 => new(1, 2),
        ElementFormat.F32 or ElementFormat.I32 => new(1, 4),
        ElementFormat.F64 or ElementFormat.I64 => new(1, 8),
        ElementFormat.Q4_0 => new(32, 18),
        ElementFormat.Q8_0 => new(32, 34),
        ElementFormat.Q4_K => new(256, 144),
        ElementFormat.Q5_K => new(256, 176),
        ElementFormat.Q6_K => new(256, 210),
        _ => throw FormatErrors.Unknown("Look up a format", format),
    };

    /// <summary>The bytes that <paramref name="elements"/> values take in a format.</summary>
    /// <remarks><b>Errors</b>: <c>TEN0101</c> for an unknown format, <c>TEN0102</c> when the count is not a whole number of blocks.</remarks>
    public static long LengthBytes(ElementFormat format, long elements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elements);
        var traits = Of(format);
        if (elements % traits.BlockLength != 0)
        {
            throw FormatErrors.NotWholeBlocks("Measure stored elements", format, elements, traits.BlockLength);
        }

        return checked(elements / traits.BlockLength * traits.BlockBytes);
    }
}
