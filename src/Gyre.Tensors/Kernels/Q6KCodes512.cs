using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// Q6_K: the products of 16 columns with codes from 0 to 63 are added in 16 bits to minus 32 times the sum of their activations.
/// Sums may wrap on the way; the last is at most 8·32·127 = 32,512 in magnitude, so exact, and meets the signed factor in one step.
/// </summary>
internal readonly unsafe struct Q6KCodes512 : IPackedCodes512
{
    public static bool HasMinima => false;

    public static int HighBytes => SuperBlockLayout.Q6KHighBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Codes(byte* codes, int block, int vector)
    {
        // Bits 2n and 2n + 1 go to bits 4 and 5; they do not leave their byte.
        var tops = Vector512.Load(codes - HighBytes + (128 * block) + (64 * (vector / 4))).AsUInt16();
        var high = (vector % 4) switch
        {
            0 => Vector512.ShiftLeft(tops, 4),
            1 => Vector512.ShiftLeft(tops, 2),
            2 => tops,
            _ => Vector512.ShiftRightLogical(tops, 2),
        };
        return Q4KCodes512.Join(Q4KCodes512.Nibbles(codes, block, vector), high.AsByte()) & Vector512.Create((byte)63);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> FirstFactor(Vector512<byte> factors, int block) => Factor(factors, 2 * block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LastFactor(Vector512<byte> factors, int block) => Factor(factors, (2 * block) + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Dot(
        Vector512<byte> c0, Vector512<byte> c1, Vector512<byte> c2, Vector512<byte> c3, Vector512<byte> c4, Vector512<byte> c5, Vector512<byte> c6, Vector512<byte> c7,
        uint* activations, int* centres, Vector512<short> first, Vector512<short> last)
    {
        var low = Vector512.Create(centres[0]).AsInt16();
        var high = Vector512.Create(centres[1]).AsInt16();
        low += Q4KCodes512.Multiply(c0, activations[0]);
        high += Q4KCodes512.Multiply(c4, activations[4]);
        low += Q4KCodes512.Multiply(c1, activations[1]);
        high += Q4KCodes512.Multiply(c5, activations[5]);
        low += Q4KCodes512.Multiply(c2, activations[2]);
        high += Q4KCodes512.Multiply(c6, activations[6]);
        low += Q4KCodes512.Multiply(c3, activations[3]);
        high += Q4KCodes512.Multiply(c7, activations[7]);
        return Avx512BW.MultiplyAddAdjacent(low, first) + Avx512BW.MultiplyAddAdjacent(high, last);
    }

    /// <summary>A signed byte in both 16-bit halves of its lane.</summary>
    private static Vector512<short> Factor(Vector512<byte> factors, int part)
    {
        var factor = Vector512.ShiftRightArithmetic(Vector512.ShiftLeft(factors.AsInt32(), 24 - (8 * part)), 24);
        return ((factor & Vector512.Create(0xFFFF)) | Vector512.ShiftLeft(factor, 16)).AsInt16();
    }
}
