using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Weights in Q4_0 in 256-bit registers: 8 rows of a group at once; the other 8 lie 32 bytes behind their codes and 16 behind their scales.</summary>
internal static unsafe class PackedQ40Kernels256
{
    private const int CodeBytes = 256;
    private const int HalfBytes = PackedLayout.PairScaleBytes / 2;

    /// <summary>One token against 8 rows: the sum over all blocks stays in a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* codes, byte* halves, int blocks, sbyte* signed, ActivationScale* scales, nint step, float* y)
    {
        var mask = Vector256.Create((byte)15);
        var sum = Vector256<float>.Zero;
        for (var block = 0; block < blocks; block++)
        {
            var unit = Vector256Halves.Load(halves) * Vector256.Create(scales->Scale);
            var w0 = Vector256.Load(codes);
            var w1 = Vector256.Load(codes + 64);
            var w2 = Vector256.Load(codes + 128);
            var w3 = Vector256.Load(codes + 192);
            var pairs = Multiply(w0 & mask, ((uint*)signed)[0]);
            pairs += Multiply(w1 & mask, ((uint*)signed)[1]);
            pairs += Multiply(w2 & mask, ((uint*)signed)[2]);
            pairs += Multiply(w3 & mask, ((uint*)signed)[3]);
            var high = Multiply(High(w0, mask), ((uint*)signed)[4]);
            high += Multiply(High(w1, mask), ((uint*)signed)[5]);
            high += Multiply(High(w2, mask), ((uint*)signed)[6]);
            high += Multiply(High(w3, mask), ((uint*)signed)[7]);
            var whole = Avx2.MultiplyAddAdjacent(pairs + high, Vector256<short>.One) + Vector256.Create(scales->MinusEightSums);
            sum = Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(whole), unit, sum);
            signed += PackedActivations.BlockLength * step;
            scales += step;
            var isOdd = block & 1;
            codes += CodeBytes + (isOdd * PackedLayout.PairScaleBytes);
            halves += HalfBytes + (isOdd * 2 * CodeBytes);
        }

        sum.Store(y);
    }

    /// <summary>One block of 8 rows, held in registers, against a tile of tokens; adds to [token][16] sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile(byte* codes, byte* halves, sbyte* signed, ActivationScale* scales, int tokens, float* sums)
    {
        var mask = Vector256.Create((byte)15);
        var weightUnit = Vector256Halves.Load(halves);
        var w0 = Vector256.Load(codes);
        var w1 = Vector256.Load(codes + 64);
        var w2 = Vector256.Load(codes + 128);
        var w3 = Vector256.Load(codes + 192);
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
            var whole = Avx2.MultiplyAddAdjacent(even + odd, Vector256<short>.One) + Vector256.Create(scales->MinusEightSums);
            var unit = weightUnit * Vector256.Create(scales->Scale);
            Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(whole), unit, Vector256.Load(sums)).Store(sums);
            signed += PackedActivations.BlockLength;
            scales++;
            sums += PackedLayout.GroupRows;
        }
    }

    /// <summary>Pairs of columns: eight such vectors sum to at most 8·2·15·127 = 30,480, within 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Multiply(Vector256<byte> nibbles, uint activations) =>
        Avx2.MultiplyAddAdjacent(nibbles, Vector256.Create(activations).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> High(Vector256<byte> codes, Vector256<byte> mask) => Vector256.ShiftRightLogical(codes.AsUInt16(), 4).AsByte() & mask;
}
