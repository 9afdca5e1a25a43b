namespace Gyre.Tensors.Quantization;

/// <summary>How a <see cref="KeyValueBlock"/> stores keys and values.</summary>
public enum KeyValueFormat
{
    /// <summary>Single precision.</summary>
    F32,

    /// <summary>Half precision: half the memory; values beyond ±65,504 become the largest.</summary>
    F16,

    /// <summary>Signed bytes with a single-precision scale for every 32 numbers of a head: 28 % of the memory.</summary>
    Int8,
}
