namespace Gyre.Models.Weights;

/// <summary>The type of a GGUF metadata value; the values are the format's own ids.</summary>
/// <remarks>Source: GGUF v3, metadata value types.</remarks>
public enum GgufValueType
{
    /// <summary>An unsigned byte.</summary>
    UInt8 = 0,

    /// <summary>A signed byte.</summary>
    Int8 = 1,

    /// <summary>An unsigned 16-bit integer.</summary>
    UInt16 = 2,

    /// <summary>A signed 16-bit integer.</summary>
    Int16 = 3,

    /// <summary>An unsigned 32-bit integer.</summary>
    UInt32 = 4,

    /// <summary>A signed 32-bit integer.</summary>
    Int32 = 5,

    /// <summary>IEEE 754 single precision.</summary>
    Float32 = 6,

    /// <summary>One byte, 0 or 1.</summary>
    Boolean = 7,

    /// <summary>UTF-8 text with its length before it.</summary>
    String = 8,

    /// <summary>Values of one type, arrays included.</summary>
    Array = 9,

    /// <summary>An unsigned 64-bit integer.</summary>
    UInt64 = 10,

    /// <summary>A signed 64-bit integer.</summary>
    Int64 = 11,

    /// <summary>IEEE 754 double precision.</summary>
    Float64 = 12,
}
