using System.Runtime.InteropServices;
using Gyre.Models.Architectures.Kernels;

namespace Gyre.Models.Architectures.Engine;

/// <summary>What an adapter changes at one weight: y = W·(x · input gain) · gain + offset + up · narrow, with narrow = scale · down · x.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct AdapterWeight
{
    /// <summary>[columns] or null: multiplies the input.</summary>
    public float* InputGain;

    /// <summary>
    /// [rank, columns] by <see cref="AdapterKernels.DownIndex"/>, of an embedding [ids, rank] in single precision; null
    /// when the input itself is read (a replaced matrix).
    /// </summary>
    public void* Down;

    /// <summary>[rows, rank] by <see cref="AdapterKernels.UpIndex"/>.</summary>
    public void* Up;

    /// <summary>The two matrices are in bfloat16.</summary>
    public bool IsShort;

    /// <summary>Numbers between the two products; 0 for no products.</summary>
    public int Rank;

    /// <summary>Multiplies what <see cref="Down"/> gives.</summary>
    public float Scale;

    /// <summary>[rows] or null: multiplies the base's outputs, their bias included.</summary>
    public float* Gain;

    /// <summary>[rows] or null: added.</summary>
    public float* Offset;

    /// <summary>[ids, columns] or null: an embedding's rows instead of the base's.</summary>
    public float* Rows;

    /// <summary>[virtual tokens, columns] or null: the embedding's rows of tokens −1, −2 and so on.</summary>
    public float* Virtual;

    /// <summary>True when outputs change.</summary>
    public readonly bool ChangesOutput => Rank > 0 || Gain != null || Offset != null;
}
