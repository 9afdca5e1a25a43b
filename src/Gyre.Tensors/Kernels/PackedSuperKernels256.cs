using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Weights in a K format in 256-bit registers: 8 rows of a group at once, the arithmetic of <see cref="PackedSuperKernels512{TCodes}"/>.</summary>
/// <remarks><c>half</c> is 0 for the first 8 rows and 1 for the last: 32 bytes further in factors and codes.</remarks>
internal static unsafe class PackedSuperKernels256<TCodes>
    where TCodes : struct, IPackedCodes256
{
    /// <summary>One token against 8 rows: the sum over all blocks stays in a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* group, int half, int superBlocks, ActivationView x, int token, float* y)
    {
        var signed = x.Signed + (token * PackedActivations.BlockLength);
        var scales = x.Scales + token;
        var centres = x.Centres + (token * 2);
        nint step = x.Tokens;
        var sum = Vector256<float>.Zero;
        for (var block = 0; block < superBlocks; block++)
        {
            var unit = Unit(group, half);
            var minimum = Minimum(group, half);
            group += SuperBlockLayout.HeadBytes;
            for (var pair = 0; pair < SuperBlockLayout.Pairs; pair++)
            {
                var factors = Vector256.Load(group + (32 * half));
                var codes = group + SuperBlockLayout.FactorBytes + TCodes.HighBytes + (32 * half);
                var even = TCodes.Dot(
                    TCodes.Codes(codes, 0, 0), TCodes.Codes(codes, 0, 1), TCodes.Codes(codes, 0, 2), TCodes.Codes(codes, 0, 3),
                    TCodes.Codes(codes, 0, 4), TCodes.Codes(codes, 0, 5), TCodes.Codes(codes, 0, 6), TCodes.Codes(codes, 0, 7),
                    (uint*)signed, centres, TCodes.FirstFactor(factors, 0), TCodes.LastFactor(factors, 0));
                sum = Add(sum, even, unit, minimum * MinimumFactor(factors, 0), scales);
                signed += PackedActivations.BlockLength * step;
                scales += step;
                centres += 2 * step;
                var odd = TCodes.Dot(
                    TCodes.Codes(codes, 1, 0), TCodes.Codes(codes, 1, 1), TCodes.Codes(codes, 1, 2), TCodes.Codes(codes, 1, 3),
                    TCodes.Codes(codes, 1, 4), TCodes.Codes(codes, 1, 5), TCodes.Codes(codes, 1, 6), TCodes.Codes(codes, 1, 7),
                    (uint*)signed, centres, TCodes.FirstFactor(factors, 1), TCodes.LastFactor(factors, 1));
                sum = Add(sum, odd, unit, minimum * MinimumFactor(factors, 1), scales);
                signed += PackedActivations.BlockLength * step;
                scales += step;
                centres += 2 * step;
                group += SuperBlockLayout.FactorBytes + TCodes.HighBytes + SuperBlockLayout.CodeBytes;
            }
        }

        sum.Store(y);
    }

    /// <summary>A pair of blocks of 8 rows against a tile of tokens, one block after the other; adds to [token][16] sums.</summary>
    /// <param name="head">The super-block's scales.</param>
    /// <param name="pair">The pair inside it.</param>
    /// <param name="half">Which 8 rows.</param>
    /// <param name="x">The activations.</param>
    /// <param name="index">Of the pair's first block and the tile's first token.</param>
    /// <param name="tokens">Tokens of the tile.</param>
    /// <param name="sums">One line a token.</param>
    public static void Tile(byte* head, byte* pair, int half, ActivationView x, nint index, int tokens, float* sums)
    {
        Even(head, pair, half, x, index, tokens, sums + (8 * half));
        Odd(head, pair, half, x, index + x.Tokens, tokens, sums + (8 * half));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Even(byte* head, byte* pair, int half, ActivationView x, nint index, int tokens, float* sums) =>
        TileBlock(head, pair, half, 0, x, index, tokens, sums);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Odd(byte* head, byte* pair, int half, ActivationView x, nint index, int tokens, float* sums) =>
        TileBlock(head, pair, half, 1, x, index, tokens, sums);

    /// <summary>Eight registers of codes; <paramref name="block"/> is a constant where it is called.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TileBlock(byte* head, byte* pair, int half, int block, ActivationView x, nint index, int tokens, float* sums)
    {
        var signed = x.Signed + (index * PackedActivations.BlockLength);
        var scales = x.Scales + index;
        var centres = x.Centres + (2 * index);
        var unit = Unit(head, half);
        var factors = Vector256.Load(pair + (32 * half));
        var first = TCodes.FirstFactor(factors, block);
        var last = TCodes.LastFactor(factors, block);
        var minimum = Minimum(head, half) * MinimumFactor(factors, block);
        var codes = pair + SuperBlockLayout.FactorBytes + TCodes.HighBytes + (32 * half);
        var c0 = TCodes.Codes(codes, block, 0);
        var c1 = TCodes.Codes(codes, block, 1);
        var c2 = TCodes.Codes(codes, block, 2);
        var c3 = TCodes.Codes(codes, block, 3);
        var c4 = TCodes.Codes(codes, block, 4);
        var c5 = TCodes.Codes(codes, block, 5);
        var c6 = TCodes.Codes(codes, block, 6);
        var c7 = TCodes.Codes(codes, block, 7);
        for (var token = 0; token < tokens; token++)
        {
            var whole = TCodes.Dot(c0, c1, c2, c3, c4, c5, c6, c7, (uint*)signed, centres, first, last);
            Add(Vector256.Load(sums), whole, unit, minimum, scales).Store(sums);
            signed += PackedActivations.BlockLength;
            scales++;
            centres += 2;
            sums += PackedLayout.GroupRows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Unit(byte* head, int half) => TCodes.HasMinima
        ? Vector256Halves.Load(head + (16 * half))
        : Vector256.Load((float*)head + (8 * half));

    /// <summary>The scale of the minima, negative: what they take away is added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Minimum(byte* head, int half) => TCodes.HasMinima
        ? -Vector256Halves.Load(head + 32 + (16 * half))
        : Vector256<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MinimumFactor(Vector256<byte> factors, int block) => !TCodes.HasMinima
        ? Vector256<float>.Zero
        : Vector256.ConvertToSingle(Vector256.ShiftRightLogical(Vector256.ShiftLeft(factors.AsInt32(), 8 - (8 * block)), 24));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> sum, Vector256<int> whole, Vector256<float> unit, Vector256<float> minimum, ActivationScale* scale)
    {
        sum = Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(whole), unit * Vector256.Create(scale->Scale), sum);
        return TCodes.HasMinima ? Vector256.MultiplyAddEstimate(minimum, Vector256.Create(scale->ScaledSum), sum) : sum;
    }
}
