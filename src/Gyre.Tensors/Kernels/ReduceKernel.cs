using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>y (+)= scale · the reduction of x; each result is computed by one member in a fixed order.</summary>
internal readonly unsafe struct ReduceKernel<TReduction> : ITeamKernel
    where TReduction : struct, IReduction
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(ReduceJob*)state;
        long gone = 1;
        for (var axis = 0; axis < job.GoneRank; axis++)
        {
            gone *= job.Gone[axis];
        }

        var last = job.KeptRank - 1;
        var hasColumns = last >= 0 && job.KeptX[last] == 1 && job.KeptY[last] == 1;
        long width = hasColumns ? job.Kept[last] : 1;
        long rows = 1;
        for (var axis = 0; axis < job.KeptRank - (hasColumns ? 1 : 0); axis++)
        {
            rows *= job.Kept[axis];
        }

        var splitsRows = rows > 1;
        var (rowBegin, rowEnd) = splitsRows ? (rows * member / size, rows * (member + 1) / size) : (0, rows);
        var (begin, end) = splitsRows ? (0, width) : KernelTeam.Part(width, member, size);
        for (var row = rowBegin; row < rowEnd; row++)
        {
            var x = job.X;
            var y = job.Y;
            var rest = row;
            for (var axis = job.KeptRank - (hasColumns ? 2 : 1); axis >= 0; axis--)
            {
                x += (nint)(rest % job.Kept[axis]) * job.KeptX[axis];
                y += (nint)(rest % job.Kept[axis]) * job.KeptY[axis];
                rest /= job.Kept[axis];
            }

            if (width > 1)
            {
                Columns<TLanes, TV>(in job, begin, end, gone, x, y);
            }
            else if (begin < end)
            {
                Put<Lanes1, float>(in job, One<TLanes, TV>(in job, gone, x), y);
            }
        }
    }

    /// <summary>Results beside each other: the lanes are results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns<TLanes, TV>(ref readonly ReduceJob job, long column, long end, long gone, float* x, float* y)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        for (; column + TLanes.Count <= end; column += TLanes.Count)
        {
            var value = TLanes.Broadcast(TReduction.Start);
            for (long i = 0; i < gone; i++)
            {
                value = TReduction.Combine<TLanes, TV>(value, TLanes.Load(x + column + job.GoneOffset(i)));
            }

            Put<TLanes, TV>(in job, value, y + column);
        }

        for (; column < end; column++)
        {
            var value = TReduction.Start;
            for (long i = 0; i < gone; i++)
            {
                value = TReduction.Combine<Lanes1, float>(value, x[column + job.GoneOffset(i)]);
            }

            Put<Lanes1, float>(in job, value, y + column);
        }
    }

    /// <summary>One result: the lanes are elements of the last reduced axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float One<TLanes, TV>(ref readonly ReduceJob job, long gone, float* x)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var result = TReduction.Start;
        var lanes = stackalloc float[16];
        var inner = job.GoneRank == 0 ? 1 : job.Gone[job.GoneRank - 1];
        var step = job.GoneRank == 0 ? 0 : job.GoneX[job.GoneRank - 1];
        for (long first = 0; first < gone; first += inner)
        {
            var row = x + job.GoneOffset(first);
            var values = TLanes.Broadcast(TReduction.Start);
            var i = 0;
            for (; step == 1 && i + TLanes.Count <= inner; i += TLanes.Count)
            {
                values = TReduction.Combine<TLanes, TV>(values, TLanes.Load(row + i));
            }

            TLanes.Store(values, lanes);
            for (var lane = 0; i > 0 && lane < TLanes.Count; lane++)
            {
                result = TReduction.Combine<Lanes1, float>(result, lanes[lane]);
            }

            for (; i < inner; i++)
            {
                result = TReduction.Combine<Lanes1, float>(result, row[i * step]);
            }
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes, TV>(ref readonly ReduceJob job, TV value, float* y)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        value = TLanes.Multiply(value, TLanes.Broadcast(job.Scale));
        TLanes.Store(job.Accumulate ? TLanes.Add(TLanes.Load(y), value) : value, y);
    }
}
