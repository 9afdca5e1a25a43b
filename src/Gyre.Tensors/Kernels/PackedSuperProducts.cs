using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Products with weights in Q4_K, Q5_K and Q6_K.</summary>
/// <remarks>
/// A single token: the group streams by once while its sums stay in a register. Several: one pair of blocks of weights stays in
/// registers while a tile of tokens passes, their sums in the first-level cache.
/// </remarks>
internal static unsafe class PackedSuperProducts
{
    private const int LineBytes = 64;

    private static bool HasWideBytes => Avx512BW.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>Multiplies groups of rows with every token of <paramref name="x"/>.</summary>
    public static void MultiplyGroups(PackedShape shape, byte* matrix, int firstGroup, int groupCount, ActivationView x, float* y, nint yStride)
    {
        switch (shape.Format)
        {
            case ElementFormat.Q4_K:
                MultiplyGroups<Q4KCodes512, Q4KCodes256>(shape, matrix, firstGroup, groupCount, x, y, yStride);
                break;
            case ElementFormat.Q5_K:
                MultiplyGroups<Q5KCodes512, Q5KCodes256>(shape, matrix, firstGroup, groupCount, x, y, yStride);
                break;
            default:
                MultiplyGroups<Q6KCodes512, Q6KCodes256>(shape, matrix, firstGroup, groupCount, x, y, yStride);
                break;
        }
    }

    [SkipLocalsInit]
    private static void MultiplyGroups<TWide, TNarrow>(PackedShape shape, byte* matrix, int firstGroup, int groupCount, ActivationView x, float* y, nint yStride)
        where TWide : struct, IPackedCodes512
        where TNarrow : struct, IPackedCodes256
    {
        var room = stackalloc float[(PackedKernels.TileTokens * PackedLayout.GroupRows) + (LineBytes / sizeof(float))];
        var sums = (float*)(((nint)room + LineBytes - 1) & -LineBytes);
        for (var first = 0; first < x.Tokens; first += PackedKernels.TileTokens)
        {
            var tokens = Math.Min(PackedKernels.TileTokens, x.Tokens - first);
            for (var group = firstGroup; group < firstGroup + groupCount; group++)
            {
                var start = matrix + (group * shape.GroupBytes);
                if (tokens == 1)
                {
                    MultiplyOne<TWide, TNarrow>(shape, start, x, first, sums);
                }
                else
                {
                    MultiplyTile<TWide, TNarrow>(shape, start, x, first, tokens, sums);
                }

                var row = group * PackedLayout.GroupRows;
                for (var token = 0; token < tokens; token++)
                {
                    PackedKernels.StoreRows(sums + (token * PackedLayout.GroupRows), y + ((first + token) * yStride) + row, shape.Rows - row);
                }
            }
        }
    }

    private static void MultiplyOne<TWide, TNarrow>(PackedShape shape, byte* group, ActivationView x, int token, float* sums)
        where TWide : struct, IPackedCodes512
        where TNarrow : struct, IPackedCodes256
    {
        var superBlocks = shape.Columns / SuperBlockLayout.Columns;
        if (HasWideBytes)
        {
            PackedSuperKernels512<TWide>.One(group, superBlocks, x, token, sums);
            return;
        }

        PackedSuperKernels256<TNarrow>.One(group, 0, superBlocks, x, token, sums);
        PackedSuperKernels256<TNarrow>.One(group, 1, superBlocks, x, token, sums + 8);
    }

    private static void MultiplyTile<TWide, TNarrow>(PackedShape shape, byte* group, ActivationView x, int first, int tokens, float* sums)
        where TWide : struct, IPackedCodes512
        where TNarrow : struct, IPackedCodes256
    {
        new Span<float>(sums, tokens * PackedLayout.GroupRows).Clear();
        nint index = first;
        for (var superBlock = 0; superBlock < shape.Columns / SuperBlockLayout.Columns; superBlock++)
        {
            var pair = group + SuperBlockLayout.HeadBytes;
            for (var i = 0; i < SuperBlockLayout.Pairs; i++)
            {
                if (HasWideBytes)
                {
                    PackedSuperKernels512<TWide>.Tile(group, pair, x, index, tokens, sums);
                }
                else
                {
                    PackedSuperKernels256<TNarrow>.Tile(group, pair, 0, x, index, tokens, sums);
                    PackedSuperKernels256<TNarrow>.Tile(group, pair, 1, x, index, tokens, sums);
                }

                pair += SuperBlockLayout.PairBytes(shape.Format);
                index += 2 * (nint)x.Tokens;
            }

            group = pair;
        }
    }
}
