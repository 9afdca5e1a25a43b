using Gyre.Tensors.Quantization;

namespace Gyre.Models.Weights;

/// <summary>A dtype of the safetensors format: its bits, and the element format when it can be computed on.</summary>
/// <remarks>Source: the safetensors format's dtype list. Dtypes that no format here equals are measured but not handed out.</remarks>
internal readonly record struct SafetensorsDtype(string Name, int Bits, ElementFormat? Format)
{
    private static readonly SafetensorsDtype[] All =
    [
        new("F32", 32, ElementFormat.F32),
        new("F16", 16, ElementFormat.F16),
        new("BF16", 16, ElementFormat.BF16),
        new("F64", 64, ElementFormat.F64),
        new("I64", 64, ElementFormat.I64),
        new("I32", 32, ElementFormat.I32),
        new("I16", 16, ElementFormat.I16),
        new("I8", 8, ElementFormat.I8),
        new("U8", 8, ElementFormat.U8),
        new("BOOL", 8, ElementFormat.Bool),
        new("U64", 64, null),
        new("U32", 32, null),
        new("U16", 16, null),
        new("C64", 64, null),
        new("F8_E4M3", 8, null),
        new("F8_E5M2", 8, null),
        new("F8_E8M0", 8, null),
        new("F6_E2M3", 6, null),
        new("F6_E3M2", 6, null),
        new("F4", 4, null),
    ];

    /// <summary>Finds a dtype by its name in a header.</summary>
    public static bool TryFind(string name, out SafetensorsDtype dtype)
    {
        foreach (var candidate in All)
        {
            if (candidate.Name == name)
            {
                dtype = candidate;
                return true;
            }
        }

        dtype = default;
        return false;
    }

    /// <summary>The dtype that a format is written as; an encoding of blocks has none.</summary>
    public static bool TryFind(ElementFormat format, out SafetensorsDtype dtype)
    {
        foreach (var candidate in All)
        {
            if (candidate.Format == format)
            {
                dtype = candidate;
                return true;
            }
        }

        dtype = default;
        return false;
    }

    /// <summary>The bytes of a tensor; false when a size is negative, does not fit a long, or ends inside a byte.</summary>
    public bool TryMeasure(ReadOnlySpan<long> shape, out long lengthBytes)
    {
        lengthBytes = 0;
        if (!new ElementLayout(1, 1).TryMeasure(shape, out var elements, out _) || elements > long.MaxValue / Bits)
        {
            return false;
        }

        lengthBytes = elements * Bits / 8;
        return elements * Bits % 8 == 0;
    }
}
