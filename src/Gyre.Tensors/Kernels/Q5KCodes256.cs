using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Q5_K: half a block's products add up in 16 bits, at most 8·31·127 = 31,496, and meet the 6-bit factor in one step.</summary>
internal readonly unsafe struct Q5KCodes256 : IPackedCodes256
{
    public static bool HasMinima => true;

    public static int HighBytes => SuperBlockLayout.Q5KHighBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* codes, int block, int vector)
    {
        // Bit number `vector` goes to bit 4; it does not leave its byte.
        var fifths = Vector256.Load(codes - HighBytes + (64 * block)).AsUInt16();
        var high = vector < 4 ? Vector256.ShiftLeft(fifths, 4 - vector) : Vector256.ShiftRightLogical(fifths, vector - 4);
        return Q4KCodes256.Join(Q4KCodes256.Nibbles(codes, block, vector), high.AsByte()) & Vector256.Create((byte)31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> FirstFactor(Vector256<byte> factors, int block) => Q4KCodes256.FirstFactor(factors, block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LastFactor(Vector256<byte> factors, int block) => Vector256<short>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Dot(
        Vector256<byte> c0, Vector256<byte> c1, Vector256<byte> c2, Vector256<byte> c3, Vector256<byte> c4, Vector256<byte> c5, Vector256<byte> c6, Vector256<byte> c7,
        uint* activations, int* centres, Vector256<short> first, Vector256<short> last)
    {
        var low = Q4KCodes256.Multiply(c0, activations[0]);
        var high = Q4KCodes256.Multiply(c4, activations[4]);
        low += Q4KCodes256.Multiply(c1, activations[1]);
        high += Q4KCodes256.Multiply(c5, activations[5]);
        low += Q4KCodes256.Multiply(c2, activations[2]);
        high += Q4KCodes256.Multiply(c6, activations[6]);
        low += Q4KCodes256.Multiply(c3, activations[3]);
        high += Q4KCodes256.Multiply(c7, activations[7]);
        return Avx2.MultiplyAddAdjacent(low, first) + Avx2.MultiplyAddAdjacent(high, first);
    }
}
