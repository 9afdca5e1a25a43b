using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Weights in Q8_0 in 512-bit registers: all 16 rows of a group at once.</summary>
internal static unsafe class PackedQ80Kernels512
{
    private const int CodeBytes = 512;
    private const int HalfBytes = PackedLayout.PairScaleBytes / 2;

    /// <summary>One token against 16 rows: the sum over all blocks stays in a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* codes, byte* halves, int blocks, byte* split, ActivationScale* scales, nint step, float* y)
    {
        var sum = Vector512<float>.Zero;
        for (var block = 0; block < blocks; block++)
        {
            var unit = Vector512Halves.Load(halves) * Vector512.Create(scales->Scale);
            var even = Vector512.Create(scales->Negatives);
            var odd = Vector512<int>.Zero;
            even += Multiply(Vector512.Load((sbyte*)codes), ((uint*)split)[0], ((uint*)split)[8]);
            odd += Multiply(Vector512.Load((sbyte*)codes + 64), ((uint*)split)[1], ((uint*)split)[9]);
            even += Multiply(Vector512.Load((sbyte*)codes + 128), ((uint*)split)[2], ((uint*)split)[10]);
            odd += Multiply(Vector512.Load((sbyte*)codes + 192), ((uint*)split)[3], ((uint*)split)[11]);
            even += Multiply(Vector512.Load((sbyte*)codes + 256), ((uint*)split)[4], ((uint*)split)[12]);
            odd += Multiply(Vector512.Load((sbyte*)codes + 320), ((uint*)split)[5], ((uint*)split)[13]);
            even += Multiply(Vector512.Load((sbyte*)codes + 384), ((uint*)split)[6], ((uint*)split)[14]);
            odd += Multiply(Vector512.Load((sbyte*)codes + 448), ((uint*)split)[7], ((uint*)split)[15]);
            sum = Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(even + odd), unit, sum);
            split += 2 * PackedActivations.BlockLength * step;
            scales += step;
            var isOdd = block & 1;
            codes += CodeBytes + (isOdd * PackedLayout.PairScaleBytes);
            halves += HalfBytes + (isOdd * 2 * CodeBytes);
        }

        sum.Store(y);
    }

    /// <summary>One block of 16 rows, held in registers, against a tile of tokens; adds to [token][16] sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile(byte* codes, byte* halves, byte* split, ActivationScale* scales, int tokens, float* sums)
    {
        var weightUnit = Vector512Halves.Load(halves);
        var w0 = Vector512.Load((sbyte*)codes);
        var w1 = Vector512.Load((sbyte*)codes + 64);
        var w2 = Vector512.Load((sbyte*)codes + 128);
        var w3 = Vector512.Load((sbyte*)codes + 192);
        var w4 = Vector512.Load((sbyte*)codes + 256);
        var w5 = Vector512.Load((sbyte*)codes + 320);
        var w6 = Vector512.Load((sbyte*)codes + 384);
        var w7 = Vector512.Load((sbyte*)codes + 448);
        for (var token = 0; token < tokens; token++)
        {
            var even = Vector512.Create(scales->Negatives);
            var odd = Vector512<int>.Zero;
            even += Multiply(w0, ((uint*)split)[0], ((uint*)split)[8]);
            odd += Multiply(w1, ((uint*)split)[1], ((uint*)split)[9]);
            even += Multiply(w2, ((uint*)split)[2], ((uint*)split)[10]);
            odd += Multiply(w3, ((uint*)split)[3], ((uint*)split)[11]);
            even += Multiply(w4, ((uint*)split)[4], ((uint*)split)[12]);
            odd += Multiply(w5, ((uint*)split)[5], ((uint*)split)[13]);
            even += Multiply(w6, ((uint*)split)[6], ((uint*)split)[14]);
            odd += Multiply(w7, ((uint*)split)[7], ((uint*)split)[15]);
            var unit = weightUnit * Vector512.Create(scales->Scale);
            Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(even + odd), unit, Vector512.Load(sums)).Store(sums);
            split += 2 * PackedActivations.BlockLength;
            scales++;
            sums += PackedLayout.GroupRows;
        }
    }

    /// <summary>Four columns of each row: |a|·(w xor sign), exact because the two products of a pair stay below 2^15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Multiply(Vector512<sbyte> weights, uint magnitudes, uint signs)
    {
        var pairs = Avx512BW.MultiplyAddAdjacent(Vector512.Create(magnitudes).AsByte(), weights ^ Vector512.Create(signs).AsSByte());
        return Avx512BW.MultiplyAddAdjacent(pairs, Vector512<short>.One);
    }
}
