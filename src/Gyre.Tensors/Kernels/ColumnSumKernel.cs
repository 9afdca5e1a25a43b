using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>y (+)= Σ over the rows of x, in order; members share the columns.</summary>
internal readonly unsafe struct ColumnSumKernel : ITeamKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(ColumnSumJob*)state;
        var w = TLanes.Count;
        var (column, end) = KernelTeam.Part(job.Width, member, size);
        for (; column + (4 * w) <= end; column += 4 * w)
        {
            var x = job.X.Data + column;
            var (s0, s1, s2, s3) = (TLanes.Broadcast(0f), TLanes.Broadcast(0f), TLanes.Broadcast(0f), TLanes.Broadcast(0f));
            for (long row = 0; row < job.Rows; row++, x += job.X.Stride)
            {
                s0 = TLanes.Add(s0, TLanes.Load(x));
                s1 = TLanes.Add(s1, TLanes.Load(x + w));
                s2 = TLanes.Add(s2, TLanes.Load(x + (2 * w)));
                s3 = TLanes.Add(s3, TLanes.Load(x + (3 * w)));
            }

            Put<TLanes, TV>(in job, column, s0);
            Put<TLanes, TV>(in job, column + w, s1);
            Put<TLanes, TV>(in job, column + (2 * w), s2);
            Put<TLanes, TV>(in job, column + (3 * w), s3);
        }

        for (; column + w <= end; column += w)
        {
            var s = TLanes.Broadcast(0f);
            for (long row = 0; row < job.Rows; row++)
            {
                s = TLanes.Add(s, TLanes.Load(job.X.At(row) + column));
            }

            Put<TLanes, TV>(in job, column, s);
        }

        for (; column < end; column++)
        {
            var s = 0f;
            for (long row = 0; row < job.Rows; row++)
            {
                s += job.X.At(row)[column];
            }

            Put<Lanes1, float>(in job, column, s);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes, TV>(ref readonly ColumnSumJob job, long column, TV sum)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var to = job.Y + column;
        TLanes.Store(job.Accumulate ? TLanes.Add(TLanes.Load(to), sum) : sum, to);
    }
}
