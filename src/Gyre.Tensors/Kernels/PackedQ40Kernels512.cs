using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Weights in Q4_0 in 512-bit registers: all 16 rows of a group at once.</summary>
internal static unsafe class PackedQ40Kernels512
{
    private const int CodeBytes = 256;
    private const int HalfBytes = PackedLayout.PairScaleBytes / 2;

    /// <summary>One token against 16 rows: the sum over all blocks stays in a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* codes, byte* halves, int blocks, sbyte* signed, ActivationScale* scales, nint step, float* y)
    {
        var mask = Vector512.Create((byte)15);
        var sum = Vector512<float>.Zero;
        for (var block = 0; block < blocks; block++)
        {
            var unit = Vector512Halves.Load(halves) * Vector512.Create(scales->Scale);
            var w0 = Vector512.Load(codes);
            var w1 = Vector512.Load(codes + 64);
            var w2 = Vector512.Load(codes + 128);
            var w3 = Vector512.Load(codes + 192);
            var pairs = Multiply(w0 & mask, ((uint*)signed)[0]);
            pairs += Multiply(w1 & mask, ((uint*)signed)[1]);
            pairs += Multiply(w2 & mask, ((uint*)signed)[2]);
            pairs += Multiply(w3 & mask, ((uint*)signed)[3]);
            var high = Multiply(High(w0, mask), ((uint*)signed)[4]);
            high += Multiply(High(w1, mask), ((uint*)signed)[5]);
            high += Multiply(High(w2, mask), ((uint*)signed)[6]);
            high += Multiply(High(w3, mask), ((uint*)signed)[7]);
            var whole = Avx512BW.MultiplyAddAdjacent(pairs + high, Vector512<short>.One) + Vector512.Create(scales->MinusEightSums);
            sum = Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(whole), unit, sum);
            signed += PackedActivations.BlockLength * step;
            scales += step;
            var isOdd = block & 1;
            codes += CodeBytes + (isOdd * PackedLayout.PairScaleBytes);
            halves += HalfBytes + (isOdd * 2 * CodeBytes);
        }

        sum.Store(y);
    }

    /// <summary>One block of 16 rows, held in registers, against a tile of tokens; adds to [token][16] sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile(byte* codes, byte* halves, sbyte* signed, ActivationScale* scales, int tokens, float* sums)
    {
        var mask = Vector512.Create((byte)15);
        var weightUnit = Vector512Halves.Load(halves);
        var w0 = Vector512.Load(codes);
        var w1 = Vector512.Load(codes + 64);
        var w2 = Vector512.Load(codes + 128);
        var w3 = Vector512.Load(codes + 192);
        var w4 = High(w0, mask);
        var w5 = High(w1, mask);
        var w6 = High(w2, mask);
        var w7 = High(w3, mask);
        w0 &= mask;
        w1 &= mask;
        w2 &= mask;
        w3 &= mask;
        for (var token = 0; token < tokens; token++)
        {
            var even = Multiply(w0, ((uint*)signed)[0]);
            var odd = Multiply(w1, ((uint*)signed)[1]);
            even += Multiply(w2, ((uint*)signed)[2]);
            odd += Multiply(w3, ((uint*)signed)[3]);
            even += Multiply(w4, ((uint*)signed)[4]);
            odd += Multiply(w5, ((uint*)signed)[5]);
            even += Multiply(w6, ((uint*)signed)[6]);
            odd += Multiply(w7, ((uint*)signed)[7]);
            var whole = Avx512BW.MultiplyAddAdjacent(even + odd, Vector512<short>.One) + Vector512.Create(scales->MinusEightSums);
            var unit = weightUnit * Vector512.Create(scales->Scale);
            Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(whole), unit, Vector512.Load(sums)).Store(sums);
            signed += PackedActivations.BlockLength;
            scales++;
            sums += PackedLayout.GroupRows;
        }
    }

    /// <summary>Pairs of columns: eight such vectors sum to at most 8·2·15·127 = 30,480, within 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Multiply(Vector512<byte> nibbles, uint activations) =>
        Avx512BW.MultiplyAddAdjacent(nibbles, Vector512.Create(activations).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> High(Vector512<byte> codes, Vector512<byte> mask) => Vector512.ShiftRightLogical(codes.AsUInt16(), 4).AsByte() & mask;
}
