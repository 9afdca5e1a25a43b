using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>table[index[i]] += rows[i], in the order of i: members share the columns, not the rows.</summary>
internal readonly unsafe struct EmbeddingScatterAdd : ITeamKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(EmbeddingJob*)state;
        var (begin, end) = KernelTeam.Part(job.Width, member, size);
        for (var row = 0; row < job.Count; row++)
        {
            var to = job.Table.At(job.Indices[row]);
            var from = job.Rows.At(row);
            var i = begin;
            for (; i + TLanes.Count <= end; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Add(TLanes.Load(to + i), TLanes.Load(from + i)), to + i);
            }

            for (; i < end; i++)
            {
                to[i] += from[i];
            }
        }
    }
}
