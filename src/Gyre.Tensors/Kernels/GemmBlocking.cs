using System.Runtime.Intrinsics;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// The loops of <see cref="Gemm"/> around its micro-tiles: columns in blocks, depth in blocks, B packed by all members
/// together, the rows split among them by panel.
/// </summary>
/// <remarks>
/// Every element of C is the sum, in order, of its depth blocks, each summed in order; blocks depend on the shape
/// only, so the bits do not depend on the number of threads.
/// <para>Source: Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008.</para>
/// </remarks>
internal static unsafe class GemmBlocking
{
    private const int MaxDepth = 512;
    private const int MaxRows = 252;
    private const int MaxColumns = 4096;

    /// <summary>Whether a micro-tile exists for this processor; without one the scalar twin computes.</summary>
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    /// <summary>Rows of a micro-tile.</summary>
    public static int TileRows => Vector512.IsHardwareAccelerated ? 14 : 6;

    /// <summary>Columns of a micro-tile.</summary>
    public static int TileColumns => Vector512.IsHardwareAccelerated ? 32 : Vector256.IsHardwareAccelerated ? 16 : 8;

    /// <summary>The part of one member in a product; <paramref name="size"/> members call it at once.</summary>
    public static void Compute(ref readonly GemmJob job, int member, int size, ThreadTeam? team, GemmWorkspace shared, GemmWorkspace own)
    {
        var rowPanels = Panels(job.M, TileRows);
        var columnPanels = Panels(job.N, TileColumns);
        if (size > 1 && SplitsColumns(rowPanels, columnPanels, size))
        {
            // Few rows: each member takes its own columns and nobody waits for anybody.
            var (begin, end) = ThreadTeam.Slice(columnPanels, member, size);
            var first = begin * TileColumns;
            var part = job;
            part.N = Math.Min(job.N, end * TileColumns) - first;
            part.B += first * job.BCol;
            part.C += first;
            if (part.N > 0)
            {
                ComputeShared(in part, 0, 1, null, own, own);
            }

            return;
        }

        ComputeShared(in job, member, size, team, shared, own);
    }

    private static bool SplitsColumns(int rowPanels, int columnPanels, int size) =>
        rowPanels < 4 * size && Evenness(columnPanels, size) > Evenness(rowPanels, size);

    private static float Evenness(int panels, int size) => panels / (float)(Panels(panels, size) * size);

    private static int Panels(int count, int width) => (count + width - 1) / width;

    /// <summary>Splits a length into equal blocks of at most <paramref name="limit"/>, rounded up to a multiple of <paramref name="unit"/>.</summary>
    private static int BlockLength(int length, int limit, int unit)
    {
        var blocks = Panels(length, limit);
        return Panels(Panels(length, blocks), unit) * unit;
    }

    private static void ComputeShared(ref readonly GemmJob job, int member, int size, ThreadTeam? team, GemmWorkspace shared, GemmWorkspace own)
    {
        var (mr, nr) = (TileRows, TileColumns);
        var depthBlock = BlockLength(job.K, MaxDepth, 1);
        var columnBlock = BlockLength(job.N, MaxColumns, nr);
        var (panelBegin, panelEnd) = ThreadTeam.Slice(Panels(job.M, mr), member, size);
        var rowBegin = panelBegin * mr;
        var rowEnd = Math.Min(job.M, panelEnd * mr);
        var rowBlock = rowEnd > rowBegin ? BlockLength(rowEnd - rowBegin, MaxRows, mr) : mr;
        var tile = own.A(((nuint)rowBlock * (nuint)depthBlock) + GemmPacking.SlackElements + (nuint)(mr * nr));
        var packedA = tile + (mr * nr);
        if (member == 0)
        {
            _ = shared.B(((nuint)columnBlock * (nuint)depthBlock) + GemmPacking.SlackElements);
        }

        for (var column = 0; column < job.N; column += columnBlock)
        {
            var columns = Math.Min(columnBlock, job.N - column);
            for (var depth = 0; depth < job.K; depth += depthBlock)
            {
                var k = Math.Min(depthBlock, job.K - depth);

                // Everyone has left the last block of B, and member 0 has grown the buffer.
                team?.Barrier();
                var packedB = shared.B(0);
                PackB(in job, column, columns, depth, k, member, size, packedB);
                team?.Barrier();
                for (var row = rowBegin; row < rowEnd; row += rowBlock)
                {
                    var rows = Math.Min(rowBlock, rowEnd - row);
                    PackA(in job, row, rows, depth, k, packedA);
                    MultiplyBlock(in job, row, rows, column, columns, k, packedA, packedB, tile, job.Accumulate || depth > 0);
                }
            }
        }
    }

    private static void PackB(ref readonly GemmJob job, int column, int columns, int depth, int k, int member, int size, float* packedB)
    {
        var nr = TileColumns;
        var (begin, end) = ThreadTeam.Slice(Panels(columns, nr), member, size);
        for (var panel = begin; panel < end; panel++)
        {
            var first = panel * nr;
            var source = job.B + (depth * job.BRow) + ((column + first) * job.BCol);
            GemmPacking.Pack(source, job.BCol, job.BRow, Math.Min(nr, columns - first), k, nr, packedB + ((nint)first * k));
        }
    }

    private static void PackA(ref readonly GemmJob job, int row, int rows, int depth, int k, float* packedA)
    {
        var mr = TileRows;
        for (var first = 0; first < rows; first += mr)
        {
            var source = job.A + ((row + first) * job.ARow) + (depth * job.ACol);
            GemmPacking.Pack(source, job.ARow, job.ACol, Math.Min(mr, rows - first), k, mr, packedA + ((nint)first * k));
        }
    }

    private static void MultiplyBlock(
        ref readonly GemmJob job, int row, int rows, int column, int columns, int k, float* packedA, float* packedB, float* tile, bool add)
    {
        var (mr, nr) = (TileRows, TileColumns);
        for (var j = 0; j < columns; j += nr)
        {
            var b = packedB + ((nint)j * k);
            for (var i = 0; i < rows; i += mr)
            {
                var a = packedA + ((nint)i * k);
                var c = job.C + ((row + i) * job.CRow) + column + j;
                var tileRows = Math.Min(mr, rows - i);
                var tileColumns = Math.Min(nr, columns - j);
                if (tileRows == mr && tileColumns == nr)
                {
                    MultiplyTile(mr, k, a, b, nr, c, job.CRow, add);
                }
                else
                {
                    MultiplyTile(tileRows, k, a, b, nr, tile, nr, add: false);
                    CopyTile(tile, nr, tileRows, tileColumns, c, job.CRow, add);
                }
            }
        }
    }

    private static void MultiplyTile(int rows, int k, float* a, float* b, nint bStep, float* c, nint cRow, bool add)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            if (rows > 8)
            {
                GemmKernels512.Tile14(k, a, b, bStep, c, cRow, add);
            }
            else if (rows > 4)
            {
                GemmKernels512.Tile8(k, a, b, bStep, c, cRow, add);
            }
            else
            {
                GemmKernels512.Tile4(k, a, b, bStep, c, cRow, add);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            if (rows > 2)
            {
                GemmKernels256.Tile6(k, a, b, bStep, c, cRow, add);
            }
            else
            {
                GemmKernels256.Tile2(k, a, b, bStep, c, cRow, add);
            }
        }
        else if (rows > 2)
        {
            GemmKernels128.Tile6(k, a, b, bStep, c, cRow, add);
        }
        else
        {
            GemmKernels128.Tile2(k, a, b, bStep, c, cRow, add);
        }
    }

    private static void CopyTile(float* tile, int tileStride, int rows, int columns, float* c, nint cRow, bool add)
    {
        for (var i = 0; i < rows; i++, tile += tileStride, c += cRow)
        {
            for (var j = 0; j < columns; j++)
            {
                c[j] = add ? c[j] + tile[j] : tile[j];
            }
        }
    }
}
