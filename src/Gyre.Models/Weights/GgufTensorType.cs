using Gyre.Tensors.Quantization;

namespace Gyre.Models.Weights;

/// <summary>A tensor type of GGUF by its id: its name, its blocks, and the element format when it can be computed on.</summary>
/// <remarks>Source: the ggml type table and its block structures. Ids of removed or later types are unknown here.</remarks>
internal readonly record struct GgufTensorType(uint Id, string Name, ElementLayout? Layout, ElementFormat? Format)
{
    private static readonly GgufTensorType[] Measured =
    [
        new(3, "Q4_1", new(32, 20), null),
        new(6, "Q5_0", new(32, 22), null),
        new(7, "Q5_1", new(32, 24), null),
        new(9, "Q8_1", new(32, 36), null),
        new(10, "Q2_K", new(256, 84), null),
        new(11, "Q3_K", new(256, 110), null),
        new(15, "Q8_K", new(256, 292), null),
        new(16, "IQ2_XXS", new(256, 66), null),
        new(17, "IQ2_XS", new(256, 74), null),
        new(18, "IQ3_XXS", new(256, 98), null),
        new(19, "IQ1_S", new(256, 50), null),
        new(20, "IQ4_NL", new(32, 18), null),
        new(21, "IQ3_S", new(256, 110), null),
        new(22, "IQ2_S", new(256, 82), null),
        new(23, "IQ4_XS", new(256, 136), null),
        new(29, "IQ1_M", new(256, 56), null),
        new(34, "TQ1_0", new(256, 54), null),
        new(35, "TQ2_0", new(256, 66), null),
        new(39, "MXFP4", new(32, 17), null),
    ];

    /// <summary>The type of an id; an unknown id has neither layout nor format.</summary>
    public static GgufTensorType Of(uint id)
    {
        if (id < 1000 && Enum.IsDefined((ElementFormat)id))
        {
            var format = (ElementFormat)id;
            return new GgufTensorType(id, format.ToString(), ElementLayout.Of(format), format);
        }

        foreach (var type in Measured)
        {
            if (type.Id == id)
            {
                return type;
            }
        }

        return new GgufTensorType(id, $"unknown type {id}", null, null);
    }
}
