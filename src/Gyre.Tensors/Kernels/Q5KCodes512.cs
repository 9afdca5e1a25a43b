using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Q5_K: half a block's products add up in 16 bits, at most 8·31·127 = 31,496, and meet the 6-bit factor in one step.</summary>
internal readonly unsafe struct Q5KCodes512 : IPackedCodes512
{
    public static bool HasMinima => true;

    public static int HighBytes => SuperBlockLayout.Q5KHighBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Codes(byte* codes, int block, int vector)
    {
        // Bit number `vector` goes to bit 4; it does not leave its byte.
        var fifths = Vector512.Load(codes - HighBytes + (64 * block)).AsUInt16();
        var high = vector < 4 ? Vector512.ShiftLeft(fifths, 4 - vector) : Vector512.ShiftRightLogical(fifths, vector - 4);
        return Q4KCodes512.Join(Q4KCodes512.Nibbles(codes, block, vector), high.AsByte()) & Vector512.Create((byte)31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> FirstFactor(Vector512<byte> factors, int block) => Q4KCodes512.FirstFactor(factors, block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LastFactor(Vector512<byte> factors, int block) => Vector512<short>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Dot(
        Vector512<byte> c0, Vector512<byte> c1, Vector512<byte> c2, Vector512<byte> c3, Vector512<byte> c4, Vector512<byte> c5, Vector512<byte> c6, Vector512<byte> c7,
        uint* activations, int* centres, Vector512<short> first, Vector512<short> last)
    {
        var low = Q4KCodes512.Multiply(c0, activations[0]);
        var high = Q4KCodes512.Multiply(c4, activations[4]);
        low += Q4KCodes512.Multiply(c1, activations[1]);
        high += Q4KCodes512.Multiply(c5, activations[5]);
        low += Q4KCodes512.Multiply(c2, activations[2]);
        high += Q4KCodes512.Multiply(c6, activations[6]);
        low += Q4KCodes512.Multiply(c3, activations[3]);
        high += Q4KCodes512.Multiply(c7, activations[7]);
        return Avx512BW.MultiplyAddAdjacent(low, first) + Avx512BW.MultiplyAddAdjacent(high, first);
    }
}
