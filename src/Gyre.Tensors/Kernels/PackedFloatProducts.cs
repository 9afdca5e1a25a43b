using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// Products with weights in F32, F16 and BF16. The two short formats are widened a stretch of a group at a time, into
/// the first-level cache, and used for a tile of tokens; there is never a widened copy of the matrix.
/// </summary>
internal static unsafe class PackedFloatProducts
{
    /// <summary>Columns of a group that several tokens share: 16 KiB, half of the first-level cache.</summary>
    private const int StretchColumns = 256;

    /// <summary>18 times the 7 tokens of the largest kernel; their sums take 31.5 KiB.</summary>
    private const int TileTokens = 126;

    /// <summary>Four interleaved sums of 16 rows.</summary>
    private const int SumsPerToken = 4 * PackedLayout.GroupRows;

    /// <summary>Up to this many tokens, widening in registers for each is cheaper than once through memory.</summary>
    private const int MostTokensUnwidened = 2;

    private const int LineBytes = 64;

    /// <summary>Multiplies groups of rows with every token of <paramref name="x"/>.</summary>
    [SkipLocalsInit]
    public static void MultiplyGroups(PackedShape shape, byte* matrix, int firstGroup, int groupCount, ActivationView x, float* y, nint yStride)
    {
        var tileTokens = Math.Min(TileTokens, x.Tokens);
        var room = stackalloc float[(StretchColumns * PackedLayout.GroupRows) + (tileTokens * SumsPerToken) + (LineBytes / sizeof(float))];
        var widened = (float*)(((nint)room + LineBytes - 1) & -LineBytes);
        var sums = widened + (StretchColumns * PackedLayout.GroupRows);
        for (var first = 0; first < x.Tokens; first += TileTokens)
        {
            var tokens = Math.Min(TileTokens, x.Tokens - first);
            for (var group = firstGroup; group < firstGroup + groupCount; group++)
            {
                new Span<float>(sums, tokens * SumsPerToken).Clear();
                AddGroup(shape, matrix + (group * shape.GroupBytes), x.Floats + (first * x.FloatStride), x.FloatStride, tokens, widened, sums);
                var row = group * PackedLayout.GroupRows;
                for (var token = 0; token < tokens; token++)
                {
                    var total = sums + (token * SumsPerToken);
                    (Vector512.Load(total) + Vector512.Load(total + 16) + (Vector512.Load(total + 32) + Vector512.Load(total + 48))).Store(total);
                    PackedKernels.StoreRows(total, y + ((first + token) * yStride) + row, shape.Rows - row);
                }
            }
        }
    }

    private static void AddGroup(PackedShape shape, byte* group, float* x, nint xStride, int tokens, float* widened, float* sums)
    {
        var columns = PackedLayout.PaddedColumns(shape.Columns);
        for (var column = 0; column < columns; column += StretchColumns)
        {
            var stretch = Math.Min(StretchColumns, columns - column);
            if (shape.Format == ElementFormat.F32)
            {
                AddTokens((float*)group + ((nint)column * PackedLayout.GroupRows), stretch, x + column, xStride, tokens, sums);
                continue;
            }

            var stored = group + ((nint)column * PackedLayout.GroupRows * 2);
            if (tokens <= MostTokensUnwidened && Vector512.IsHardwareAccelerated)
            {
                AddTokensUnwidened(shape.Format, stored, stretch, x + column, xStride, tokens, sums);
            }
            else
            {
                Widen(shape.Format, stored, stretch * PackedLayout.GroupRows, widened);
                AddTokens(widened, stretch, x + column, xStride, tokens, sums);
            }
        }
    }

    private static void AddTokensUnwidened(ElementFormat format, byte* weights, int columns, float* x, nint xStride, int tokens, float* sums)
    {
        for (var token = 0; token < tokens; token++)
        {
            if (format == ElementFormat.F16)
            {
                PackedHalfKernels512.OneHalf(weights, columns, x + (token * xStride), sums + (token * SumsPerToken));
            }
            else
            {
                PackedHalfKernels512.OneBrain(weights, columns, x + (token * xStride), sums + (token * SumsPerToken));
            }
        }
    }

    private static void AddTokens(float* weights, int columns, float* x, nint xStride, int tokens, float* sums)
    {
        var token = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; token <= tokens - 7; token += 7)
            {
                PackedFloatKernels512.Seven(weights, columns, x + (token * xStride), xStride, sums + (token * SumsPerToken));
            }

            for (; token <= tokens - 3; token += 3)
            {
                PackedFloatKernels512.Three(weights, columns, x + (token * xStride), xStride, sums + (token * SumsPerToken));
            }

            for (; token < tokens; token++)
            {
                PackedFloatKernels512.One(weights, columns, x + (token * xStride), xStride, sums + (token * SumsPerToken));
            }

            return;
        }

        for (; token <= tokens - 3; token += 3)
        {
            PackedFloatKernels256.Three(weights, columns, x + (token * xStride), xStride, sums + (token * SumsPerToken));
            PackedFloatKernels256.Three(weights + 8, columns, x + (token * xStride), xStride, sums + (token * SumsPerToken) + 8);
        }

        for (; token < tokens; token++)
        {
            PackedFloatKernels256.One(weights, columns, x + (token * xStride), xStride, sums + (token * SumsPerToken));
            PackedFloatKernels256.One(weights + 8, columns, x + (token * xStride), xStride, sums + (token * SumsPerToken) + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(ElementFormat format, byte* source, int count, float* destination)
    {
        if (format == ElementFormat.F16)
        {
            for (var i = 0; i < count; i += 16)
            {
                Vector512Halves.Load(source + (2 * i)).Store(destination + i);
            }

            return;
        }

        for (var i = 0; i < count; i += 16)
        {
            PackedHalfKernels512.LoadBrain(source + (2 * i)).Store(destination + i);
        }
    }
}
