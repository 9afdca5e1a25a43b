using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>rows[i] = table[index[i]].</summary>
internal readonly unsafe struct EmbeddingGather : ITeamKernel
{
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(EmbeddingJob*)state;
        var (begin, end) = ((int)((long)job.Count * member / size), (int)((long)job.Count * (member + 1) / size));
        for (var i = begin; i < end; i++)
        {
            new ReadOnlySpan<float>(job.Table.At(job.Indices[i]), job.Width).CopyTo(new Span<float>(job.Rows.At(i), job.Width));
        }
    }
}
