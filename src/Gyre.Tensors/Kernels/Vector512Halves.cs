using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Kernels;

/// <summary>Widens finite half-precision numbers to single precision, 16 at once.</summary>
internal static unsafe class Vector512Halves
{
    /// <summary>Loads 16 numbers; the exponent is corrected by a multiplication, which also handles subnormal ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(byte* source)
    {
        var bits = Vector512.ShiftLeft(Vector512.WidenLower(Vector256.Load((short*)source).ToVector512Unsafe()), 13);
        return (bits & Vector512.Create(unchecked((int)0x8FFFE000))).AsSingle() * Vector512.Create(Vector256Halves.ExponentCorrection);
    }
}
