using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Q4_K: a block's products add up in 16 bits, at most 16·15·127 = 30,480, and meet the 6-bit factor in one step.</summary>
internal readonly unsafe struct Q4KCodes256 : IPackedCodes256
{
    public static bool HasMinima => true;

    public static int HighBytes => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* codes, int block, int vector) => Nibbles(codes, block, vector) & Vector256.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> FirstFactor(Vector256<byte> factors, int block)
    {
        // The byte in both 16-bit halves of its lane.
        var factor = block == 0 ? factors.AsInt32() & Vector256.Create(255) : Vector256.ShiftRightLogical(factors.AsInt32(), 8) & Vector256.Create(255);
        return (factor | Vector256.ShiftLeft(factor, 16)).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> LastFactor(Vector256<byte> factors, int block) => Vector256<short>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Dot(
        Vector256<byte> c0, Vector256<byte> c1, Vector256<byte> c2, Vector256<byte> c3, Vector256<byte> c4, Vector256<byte> c5, Vector256<byte> c6, Vector256<byte> c7,
        uint* activations, int* centres, Vector256<short> first, Vector256<short> last)
    {
        var even = Multiply(c0, activations[0]);
        var odd = Multiply(c1, activations[1]);
        even += Multiply(c2, activations[2]);
        odd += Multiply(c3, activations[3]);
        even += Multiply(c4, activations[4]);
        odd += Multiply(c5, activations[5]);
        even += Multiply(c6, activations[6]);
        odd += Multiply(c7, activations[7]);
        return Avx2.MultiplyAddAdjacent(even + odd, first);
    }

    /// <summary>A vector's low (block 0) or high (block 1) nibbles, with whatever lies above them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Nibbles(byte* codes, int block, int vector) => block == 0
        ? Vector256.Load(codes + (64 * vector))
        : Vector256.ShiftRightLogical(Vector256.Load(codes + (64 * vector)).AsUInt16(), 4).AsByte();

    /// <summary>The low four bits of one vector and the others of a second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Join(Vector256<byte> low, Vector256<byte> high) => Vector256.ConditionalSelect(Vector256.Create((byte)15), low, high);

    /// <summary>Codes times signed activations, neighbours added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<short> Multiply(Vector256<byte> codes, uint activations) =>
        Avx2.MultiplyAddAdjacent(codes, Vector256.Create(activations).AsSByte());
}
