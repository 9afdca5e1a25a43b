using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Q4_K: a block's products add up in 16 bits, at most 16·15·127 = 30,480, and meet the 6-bit factor in one step.</summary>
internal readonly unsafe struct Q4KCodes512 : IPackedCodes512
{
    public static bool HasMinima => true;

    public static int HighBytes => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Codes(byte* codes, int block, int vector) => Nibbles(codes, block, vector) & Vector512.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> FirstFactor(Vector512<byte> factors, int block)
    {
        // The byte in both 16-bit halves of its lane.
        var factor = block == 0 ? factors.AsInt32() & Vector512.Create(255) : Vector512.ShiftRightLogical(factors.AsInt32(), 8) & Vector512.Create(255);
        return (factor | Vector512.ShiftLeft(factor, 16)).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> LastFactor(Vector512<byte> factors, int block) => Vector512<short>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Dot(
        Vector512<byte> c0, Vector512<byte> c1, Vector512<byte> c2, Vector512<byte> c3, Vector512<byte> c4, Vector512<byte> c5, Vector512<byte> c6, Vector512<byte> c7,
        uint* activations, int* centres, Vector512<short> first, Vector512<short> last)
    {
        var even = Multiply(c0, activations[0]);
        var odd = Multiply(c1, activations[1]);
        even += Multiply(c2, activations[2]);
        odd += Multiply(c3, activations[3]);
        even += Multiply(c4, activations[4]);
        odd += Multiply(c5, activations[5]);
        even += Multiply(c6, activations[6]);
        odd += Multiply(c7, activations[7]);
        return Avx512BW.MultiplyAddAdjacent(even + odd, first);
    }

    /// <summary>A vector's low (block 0) or high (block 1) nibbles, with whatever lies above them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<byte> Nibbles(byte* codes, int block, int vector) => block == 0
        ? Vector512.Load(codes + (64 * vector))
        : Vector512.ShiftRightLogical(Vector512.Load(codes + (64 * vector)).AsUInt16(), 4).AsByte();

    /// <summary>The low four bits of one vector and the others of a second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<byte> Join(Vector512<byte> low, Vector512<byte> high) => Vector512.ConditionalSelect(Vector512.Create((byte)15), low, high);

    /// <summary>Codes times signed activations, neighbours added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<short> Multiply(Vector512<byte> codes, uint activations) =>
        Avx512BW.MultiplyAddAdjacent(codes, Vector512.Create(activations).AsSByte());
}
