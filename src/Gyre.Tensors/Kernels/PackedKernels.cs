using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Chooses the kernel of a product with packed weights by format, processor and number of tokens.</summary>
/// <remarks>
/// A few tokens: the group streams by once while the sums stay in registers. Many: one block of weights stays in
/// registers while a tile of tokens passes, their sums in the first-level cache.
/// </remarks>
internal static unsafe class PackedKernels
{
    /// <summary>Tokens whose sums (64 bytes each) and codes of one block stay in the first-level cache.</summary>
    public const int TileTokens = 128;

    private const int LineBytes = 64;

    /// <summary>Few enough tokens that a block's products take less time than its way from memory, many enough that the next loads start too late.</summary>
    private const int LeastTokensAhead = 4;

    private const int MostTokensAhead = 32;

    /// <summary>How far ahead of a tile its memory is asked for: eight blocks of Q8_0. Asking behind the end of a matrix does nothing.</summary>
    private const int AheadBytes = 4352;

    private static bool HasWideBytes => Avx512BW.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>Multiplies groups of rows with every token of <paramref name="x"/>.</summary>
    public static void MultiplyGroups(PackedShape shape, byte* matrix, int firstGroup, int groupCount, ActivationView x, float* y, nint yStride)
    {
        var isQuantised = shape.Format is ElementFormat.Q8_0 or ElementFormat.Q4_0;
        var isSuper = SuperBlockLayout.Has(shape.Format);
        if (!isQuantised && !isSuper && Vector128.IsHardwareAccelerated)
        {
            PackedFloatProducts.MultiplyGroups(shape, matrix, firstGroup, groupCount, x, y, yStride);
        }
        else if (isQuantised && (HasWideBytes || Avx2.IsSupported))
        {
            MultiplyBlocks(shape, matrix, firstGroup, groupCount, x, y, yStride);
        }
        else if (isSuper && (HasWideBytes || Avx2.IsSupported))
        {
            PackedSuperProducts.MultiplyGroups(shape, matrix, firstGroup, groupCount, x, y, yStride);
        }
        else
        {
            for (var group = firstGroup; group < firstGroup + groupCount; group++)
            {
                PackedReference.MultiplyGroup(shape, matrix + (group * shape.GroupBytes), group * PackedLayout.GroupRows, x, y, yStride);
            }
        }
    }

    /// <summary>Copies a token's 16 results, or those of them that are rows of the matrix.</summary>
    public static void StoreRows(float* sums, float* y, int rows)
    {
        if (rows >= PackedLayout.GroupRows)
        {
            Vector512.Load(sums).Store(y);
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            y[row] = sums[row];
        }
    }

    [SkipLocalsInit]
    private static void MultiplyBlocks(PackedShape shape, byte* matrix, int firstGroup, int groupCount, ActivationView x, float* y, nint yStride)
    {
        var room = stackalloc float[(TileTokens * PackedLayout.GroupRows) + (LineBytes / sizeof(float))];
        var sums = (float*)(((nint)room + LineBytes - 1) & -LineBytes);
        for (var first = 0; first < x.Tokens; first += TileTokens)
        {
            var tokens = Math.Min(TileTokens, x.Tokens - first);
            for (var group = firstGroup; group < firstGroup + groupCount; group++)
            {
                var start = matrix + (group * shape.GroupBytes);
                if (tokens == 1)
                {
                    MultiplyOne(shape, start, x, first, sums);
                }
                else
                {
                    MultiplyTile(shape, start, x, first, tokens, sums);
                }

                var row = group * PackedLayout.GroupRows;
                for (var token = 0; token < tokens; token++)
                {
                    StoreRows(sums + (token * PackedLayout.GroupRows), y + ((first + token) * yStride) + row, shape.Rows - row);
                }
            }
        }
    }

    private static void MultiplyOne(PackedShape shape, byte* group, ActivationView x, int token, float* sums)
    {
        var blocks = shape.Columns / PackedActivations.BlockLength;
        var codes = group + PackedLayout.PairScaleBytes;
        var split = x.Split + (token * 2 * PackedActivations.BlockLength);
        var signed = x.Signed + (token * PackedActivations.BlockLength);
        var scales = x.Scales + token;
        if (shape.Format == ElementFormat.Q8_0)
        {
            if (HasWideBytes)
            {
                PackedQ80Kernels512.One(codes, group, blocks, split, scales, x.Tokens, sums);
                return;
            }

            PackedQ80Kernels256.One(codes, group, blocks, split, scales, x.Tokens, sums);
            PackedQ80Kernels256.One(codes + 32, group + 16, blocks, split, scales, x.Tokens, sums + 8);
        }
        else if (HasWideBytes)
        {
            PackedQ40Kernels512.One(codes, group, blocks, signed, scales, x.Tokens, sums);
        }
        else
        {
            PackedQ40Kernels256.One(codes, group, blocks, signed, scales, x.Tokens, sums);
            PackedQ40Kernels256.One(codes + 32, group + 16, blocks, signed, scales, x.Tokens, sums + 8);
        }
    }

    private static void MultiplyTile(PackedShape shape, byte* group, ActivationView x, int first, int tokens, float* sums)
    {
        new Span<float>(sums, tokens * PackedLayout.GroupRows).Clear();
        for (var block = 0; block < shape.Columns / PackedActivations.BlockLength; block++)
        {
            var codes = PackedLayout.Codes(shape.Format, group, block);
            var halves = PackedLayout.Scales(shape.Format, group, block);
            if (tokens is >= LeastTokensAhead and <= MostTokensAhead && Sse.IsSupported)
            {
                for (var line = 0; line < PackedLayout.CodeBytes(shape.Format) + (PackedLayout.PairScaleBytes / 2); line += LineBytes)
                {
                    Sse.Prefetch0(codes + AheadBytes + line);
                }
            }

            var index = ((nint)block * x.Tokens) + first;
            var scales = x.Scales + index;
            if (shape.Format == ElementFormat.Q8_0)
            {
                var split = x.Split + (index * 2 * PackedActivations.BlockLength);
                if (HasWideBytes)
                {
                    PackedQ80Kernels512.Tile(codes, halves, split, scales, tokens, sums);
                }
                else
                {
                    PackedQ80Kernels256.Tile(codes, halves, split, scales, tokens, sums);
                    PackedQ80Kernels256.Tile(codes + 32, halves + 16, split, scales, tokens, sums + 8);
                }
            }
            else
            {
                var signed = x.Signed + (index * PackedActivations.BlockLength);
                if (HasWideBytes)
                {
                    PackedQ40Kernels512.Tile(codes, halves, signed, scales, tokens, sums);
                }
                else
                {
                    PackedQ40Kernels256.Tile(codes, halves, signed, scales, tokens, sums);
                    PackedQ40Kernels256.Tile(codes + 32, halves + 16, signed, scales, tokens, sums + 8);
                }
            }
        }
    }
}
