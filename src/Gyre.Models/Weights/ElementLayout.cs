using Gyre.Tensors.Quantization;

namespace Gyre.Models.Weights;

/// <summary>How many elements and bytes one block of an encoding has; plain numbers are blocks of one element.</summary>
/// <remarks>Source: GGUF v3 tensor types and their block structures; safetensors dtypes.</remarks>
internal readonly record struct ElementLayout(int ElementsPerBlock, int BytesPerBlock)
{
    /// <summary>The layout of a format.</summary>
    public static ElementLayout Of(ElementFormat format) => format switch
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
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "An element format without a layout."),
    };

    /// <summary>The bytes of a row-major tensor; false when a size is negative, does not fit a long, or splits a block.</summary>
    public bool TryMeasure(ReadOnlySpan<long> shape, out long elements, out long lengthBytes)
    {
        elements = 1;
        lengthBytes = 0;
        var isEmpty = false;
        foreach (var size in shape)
        {
            if (size < 0)
            {
                return false;
            }

            if (size == 0)
            {
                isEmpty = true;
            }
            else if (elements > long.MaxValue / size)
            {
                return false;
            }
            else
            {
                elements *= size;
            }
        }

        var rowElements = shape.Length == 0 ? 1 : shape[^1];
        if (rowElements % ElementsPerBlock != 0)
        {
            return false;
        }

        elements = isEmpty ? 0 : elements;
        var blocks = elements / ElementsPerBlock;
        if (blocks > long.MaxValue / BytesPerBlock)
        {
            return false;
        }

        lengthBytes = blocks * BytesPerBlock;
        return true;
    }
}
