using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>y (+)= f(a, b) over any strides; quick where the last axis is contiguous or constant.</summary>
internal readonly unsafe struct BinaryKernel<TFunction> : ITeamKernel
    where TFunction : struct, IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(BinaryJob*)state;
        var inner = job.Rank - 1;
        var width = job.Shape[inner];
        long rows = 1;
        for (var axis = 0; axis < inner; axis++)
        {
            rows *= job.Shape[axis];
        }

        if (rows == 0)
        {
            return;
        }

        var (rowBegin, rowEnd) = rows > 1 ? (rows * member / size, rows * (member + 1) / size) : (0, 1);
        var (begin, end) = rows > 1 ? (0, width) : KernelTeam.Part(width, member, size);
        for (var row = rowBegin; row < rowEnd; row++)
        {
            var a = job.A;
            var b = job.B;
            var y = job.Y;
            var rest = row;
            for (var axis = inner - 1; axis >= 0; axis--)
            {
                var index = (nint)(rest % job.Shape[axis]);
                rest /= job.Shape[axis];
                a += index * job.AStrides[axis];
                b += index * job.BStrides[axis];
                y += index * job.YStrides[axis];
            }

            ComputeRow<TLanes, TV>(in job, begin, end, a, job.AStrides[inner], b, job.BStrides[inner], y, job.YStrides[inner]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeRow<TLanes, TV>(ref readonly BinaryJob job, long begin, long end, float* a, nint aStep, float* b, nint bStep, float* y, nint yStep)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var i = begin;
        if (yStep == 1 && (nuint)aStep <= 1 && (nuint)bStep <= 1 && begin < end)
        {
            var (a0, b0) = (TLanes.Broadcast(*a), TLanes.Broadcast(*b));
            for (; i + TLanes.Count <= end; i += TLanes.Count)
            {
                var value = TFunction.Apply<TLanes, TV>(aStep == 0 ? a0 : TLanes.Load(a + i), bStep == 0 ? b0 : TLanes.Load(b + i));
                TLanes.Store(job.Accumulate ? TLanes.Add(TLanes.Load(y + i), value) : value, y + i);
            }
        }

        for (; i < end; i++)
        {
            var at = y + ((nint)i * yStep);
            var value = TFunction.Apply<Lanes1, float>(a[(nint)i * aStep], b[(nint)i * bStep]);
            *at = job.Accumulate ? *at + value : value;
        }
    }
}
