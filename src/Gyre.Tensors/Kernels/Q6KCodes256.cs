using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// Q6_K: the products of 16 columns with codes from 0 to 63 are added in 16 bits to minus 32 times the sum of their activations.
/// Sums may wrap on the way; the last is at most 8·32·127 = 32,512 in magnitude, so exact, and meets the signed factor in one step.
/// </summary>
internal readonly unsafe struct Q6KCodes256 : IPackedCodes256
{
    public static bool HasMinima => false;

    public static int HighBytes => SuperBlockLayout.Q6KHighBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* codes, int block, int vector)
    {
        // Bits 2n and 2n + 1 go to bits 4 and 5; they do not leave their byte.
        var tops = Vector256.Load(codes - HighBytes + (128 * block) + (64 * (vector / 4))).AsUInt16();
        var high = (vector % 4) switch
        {
            0 => Vector256.ShiftLeft(tops, 4),
            1 => Vector256.ShiftLeft(tops, 2),
            2 => tops,
            _ => Vector256.ShiftRightLogical(tops, 2),
        };
        return Q4KCodes256.Join(Q4KCodes256.Nibbles(codes, block, vector), high.AsByte()) & Vector256.Create((byte)63);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> FirstFactor(Vector256<byte> factors, int block) => Factor(factors, 2 * block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LastFactor(Vector256<byte> factors, int block) => Factor(factors, (2 * block) + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Dot(
        Vector256<byte> c0, Vector256<byte> c1, Vector256<byte> c2, Vector256<byte> c3, Vector256<byte> c4, Vector256<byte> c5, Vector256<byte> c6, Vector256<byte> c7,
        uint* activations, int* centres, Vector256<short> first, Vector256<short> last)
    {
        var low = Vector256.Create(centres[0]).AsInt16();
        var high = Vector256.Create(centres[1]).AsInt16();
        low += Q4KCodes256.Multiply(c0, activations[0]);
        high += Q4KCodes256.Multiply(c4, activations[4]);
        low += Q4KCodes256.Multiply(c1, activations[1]);
        high += Q4KCodes256.Multiply(c5, activations[5]);
        low += Q4KCodes256.Multiply(c2, activations[2]);
        high += Q4KCodes256.Multiply(c6, activations[6]);
        low += Q4KCodes256.Multiply(c3, activations[3]);
        high += Q4KCodes256.Multiply(c7, activations[7]);
        return Avx2.MultiplyAddAdjacent(low, first) + Avx2.MultiplyAddAdjacent(high, last);
    }

    /// <summary>A signed byte in both 16-bit halves of its lane.</summary>
    private static Vector256<short> Factor(Vector256<byte> factors, int part)
    {
        var factor = Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(factors.AsInt32(), 24 - (8 * part)), 24);
        return ((factor & Vector256.Create(0xFFFF)) | Vector256.ShiftLeft(factor, 16)).AsInt16();
    }
}
