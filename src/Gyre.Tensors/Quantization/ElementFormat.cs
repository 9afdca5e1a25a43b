namespace Gyre.Tensors.Quantization;

/// <summary>How the elements of a stored tensor are encoded. Values equal the GGUF type ids where GGUF has one.</summary>
/// <remarks>Source: GGUF v3, tensor type table.</remarks>
public enum ElementFormat
{
    /// <summary>IEEE 754 single precision.</summary>
    F32 = 0,

    /// <summary>IEEE 754 half precision.</summary>
    F16 = 1,

    /// <summary>32 values in 18 bytes: half-precision scale, 4-bit codes minus 8.</summary>
    Q4_0 = 2,

    /// <summary>32 values in 34 bytes: half-precision scale, signed 8-bit codes.</summary>
    Q8_0 = 8,

    /// <summary>256 values in 144 bytes: 4-bit codes with 6-bit sub-block scales and minima.</summary>
    Q4_K = 12,

    /// <summary>256 values in 176 bytes: 5-bit codes with 6-bit sub-block scales and minima.</summary>
    Q5_K = 13,

    /// <summary>256 values in 210 bytes: 6-bit codes with 8-bit sub-block scales.</summary>
    Q6_K = 14,

    /// <summary>Signed 8-bit integers.</summary>
    I8 = 24,

    /// <summary>Signed 16-bit integers.</summary>
    I16 = 25,

    /// <summary>Signed 32-bit integers.</summary>
    I32 = 26,

    /// <summary>Signed 64-bit integers.</summary>
    I64 = 27,

    /// <summary>IEEE 754 double precision.</summary>
    F64 = 28,

    /// <summary>The upper half of single precision.</summary>
    BF16 = 30,

    /// <summary>Unsigned 8-bit integers; GGUF has no such type.</summary>
    U8 = 1000,

    /// <summary>One byte an element, 0 or 1; GGUF has no such type.</summary>
    Bool = 1001,
}
