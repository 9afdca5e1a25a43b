using Gyre.Tensors.Quantization;

namespace Gyre.Training.Quantization;

/// <summary>The encodings that models can be written in, and the numbers by which GGUF files name the mixtures.</summary>
/// <remarks>Source: <c>general.file_type</c> as llama.cpp v0.5.0 counts it.</remarks>
public static class QuantizationFormats
{
    /// <summary>From the largest to the smallest.</summary>
    public static IReadOnlyList<ElementFormat> All { get; } =
    [
        ElementFormat.F32, ElementFormat.F16, ElementFormat.BF16, ElementFormat.Q8_0,
        ElementFormat.Q6_K, ElementFormat.Q5_K, ElementFormat.Q4_K, ElementFormat.Q4_0,
    ];

    /// <summary>Reads a name: <c>Q4_K</c>, also in small letters, and <c>Q4_K_M</c> or <c>Q5_K_M</c> for the mixtures that Q4_K and Q5_K stand for.</summary>
    public static bool TryParse(string name, out ElementFormat format)
    {
        ArgumentNullException.ThrowIfNull(name);
        var upper = name.ToUpperInvariant();
        format = All.FirstOrDefault(known => known.ToString() == upper || (known is ElementFormat.Q4_K or ElementFormat.Q5_K && $"{known}_M" == upper), ElementFormat.U8);
        return format != ElementFormat.U8;
    }

    /// <summary>True for the encodings that lose more than rounding to half precision does.</summary>
    internal static bool IsQuantised(ElementFormat format) => FormatTraits.Of(format).BlockLength > 1;

    /// <summary>The number of a mixture.</summary>
    internal static uint FileType(ElementFormat format, bool isPure) => format switch
    {
        ElementFormat.F32 => 0,
        ElementFormat.F16 => 1,
        ElementFormat.Q4_0 => 2,
        ElementFormat.Q8_0 => 7,
        ElementFormat.Q4_K => isPure ? 14u : 15,
        ElementFormat.Q5_K => isPure ? 16u : 17,
        ElementFormat.Q6_K => 18,
        ElementFormat.BF16 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "An encoding that models are not written in."),
    };
}
