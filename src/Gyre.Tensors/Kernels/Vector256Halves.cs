using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Kernels;

/// <summary>Widens finite half-precision numbers to single precision, 8 at once.</summary>
internal static unsafe class Vector256Halves
{
    /// <summary>2^112: the difference of the two formats' exponent offsets.</summary>
    public const float ExponentCorrection = 5.1922968585348276e33f;

    /// <summary>Loads 8 numbers; the exponent is corrected by a multiplication, which also handles subnormal ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* source)
    {
        var bits = Vector256.ShiftLeft(Vector256.WidenLower(Vector128.Load((short*)source).ToVector256Unsafe()), 13);
        return (bits & Vector256.Create(unchecked((int)0x8FFFE000))).AsSingle() * Vector256.Create(ExponentCorrection);
    }
}
