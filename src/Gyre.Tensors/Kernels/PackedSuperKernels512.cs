using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Weights in a K format in 512-bit registers: all 16 rows of a group at once.</summary>
/// <remarks>Per block of 32 columns: sum += whole·(scale·activation scale), then sum −= minimum·(sum of the activations).</remarks>
internal static unsafe class PackedSuperKernels512<TCodes>
    where TCodes : struct, IPackedCodes512
{
    /// <summary>One token against 16 rows: the sum over all blocks stays in a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(byte* group, int superBlocks, ActivationView x, int token, float* y)
    {
        var signed = x.Signed + (token * PackedActivations.BlockLength);
        var scales = x.Scales + token;
        var centres = x.Centres + (token * 2);
        nint step = x.Tokens;
        var sum = Vector512<float>.Zero;
        for (var block = 0; block < superBlocks; block++)
        {
            var unit = Unit(group);
            var minimum = Minimum(group);
            group += SuperBlockLayout.HeadBytes;
            for (var pair = 0; pair < SuperBlockLayout.Pairs; pair++)
            {
                var factors = Vector512.Load(group);
                var codes = group + SuperBlockLayout.FactorBytes + TCodes.HighBytes;
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

    /// <summary>A pair of blocks of 16 rows, held in registers, against a tile of tokens; adds to [token][16] sums.</summary>
    /// <param name="head">The super-block's scales.</param>
    /// <param name="pair">The pair inside it.</param>
    /// <param name="x">The activations.</param>
    /// <param name="index">Of the pair's first block and the tile's first token.</param>
    /// <param name="tokens">Tokens of the tile.</param>
    /// <param name="sums">One line a token.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile(byte* head, byte* pair, ActivationView x, nint index, int tokens, float* sums)
    {
        var signed = x.Signed + (index * PackedActivations.BlockLength);
        var nextSigned = signed + ((nint)x.Tokens * PackedActivations.BlockLength);
        var scales = x.Scales + index;
        var nextScales = scales + x.Tokens;
        var centres = x.Centres + (2 * index);
        var nextCentres = centres + (2 * (nint)x.Tokens);
        var unit = Unit(head);
        var minimum = Minimum(head);
        var factors = Vector512.Load(pair);
        var first = TCodes.FirstFactor(factors, 0);
        var last = TCodes.LastFactor(factors, 0);
        var nextFirst = TCodes.FirstFactor(factors, 1);
        var nextLast = TCodes.LastFactor(factors, 1);
        var nextMinimum = minimum * MinimumFactor(factors, 1);
        minimum *= MinimumFactor(factors, 0);
        var codes = pair + SuperBlockLayout.FactorBytes + TCodes.HighBytes;
        var c0 = TCodes.Codes(codes, 0, 0);
        var c1 = TCodes.Codes(codes, 0, 1);
        var c2 = TCodes.Codes(codes, 0, 2);
        var c3 = TCodes.Codes(codes, 0, 3);
        var c4 = TCodes.Codes(codes, 0, 4);
        var c5 = TCodes.Codes(codes, 0, 5);
        var c6 = TCodes.Codes(codes, 0, 6);
        var c7 = TCodes.Codes(codes, 0, 7);
        var d0 = TCodes.Codes(codes, 1, 0);
        var d1 = TCodes.Codes(codes, 1, 1);
        var d2 = TCodes.Codes(codes, 1, 2);
        var d3 = TCodes.Codes(codes, 1, 3);
        var d4 = TCodes.Codes(codes, 1, 4);
        var d5 = TCodes.Codes(codes, 1, 5);
        var d6 = TCodes.Codes(codes, 1, 6);
        var d7 = TCodes.Codes(codes, 1, 7);
        for (var token = 0; token < tokens; token++)
        {
            var even = TCodes.Dot(c0, c1, c2, c3, c4, c5, c6, c7, (uint*)signed, centres, first, last);
            var sum = Add(Vector512.Load(sums), even, unit, minimum, scales);
            var odd = TCodes.Dot(d0, d1, d2, d3, d4, d5, d6, d7, (uint*)nextSigned, nextCentres, nextFirst, nextLast);
            Add(sum, odd, unit, nextMinimum, nextScales).Store(sums);
            signed += PackedActivations.BlockLength;
            nextSigned += PackedActivations.BlockLength;
            scales++;
            nextScales++;
            centres += 2;
            nextCentres += 2;
            sums += PackedLayout.GroupRows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Unit(byte* head) => TCodes.HasMinima ? Vector512Halves.Load(head) : Vector512.Load((float*)head);

    /// <summary>The scale of the minima, negative: what they take away is added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Minimum(byte* head) => TCodes.HasMinima ? -Vector512Halves.Load(head + 32) : Vector512<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MinimumFactor(Vector512<byte> factors, int block) => !TCodes.HasMinima
        ? Vector512<float>.Zero
        : Vector512.ConvertToSingle(Vector512.ShiftRightLogical(Vector512.ShiftLeft(factors.AsInt32(), 8 - (8 * block)), 24));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(Vector512<float> sum, Vector512<int> whole, Vector512<float> unit, Vector512<float> minimum, ActivationScale* scale)
    {
        sum = Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(whole), unit * Vector512.Create(scale->Scale), sum);
        return TCodes.HasMinima ? Vector512.MultiplyAddEstimate(minimum, Vector512.Create(scale->ScaledSum), sum) : sum;
    }
}
