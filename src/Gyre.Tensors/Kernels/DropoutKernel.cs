using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>y (+)= scale · x where an element's own random bits say so, else 0: the same mask whoever computes it.</summary>
/// <remarks>Source: G. Steele et al., "Fast Splittable Pseudorandom Number Generators", 2014 (the mixing function).</remarks>
internal readonly unsafe struct DropoutKernel : ITeamKernel
{
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(DropoutJob*)state;
        var (begin, end) = KernelTeam.Part(job.Count, member, size);
        for (var i = begin; i < end; i++)
        {
            var value = Bits(job.Seed, i) < job.KeepBelow ? job.X[i] * job.Scale : 0f;
            job.Y[i] = job.Accumulate ? job.Y[i] + value : value;
        }
    }

    private static ulong Bits(ulong seed, long index)
    {
        var z = seed + ((ulong)(index + 1) * 0x9E3779B97F4A7C15UL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (z ^ (z >> 31)) >> 32;
    }
}
