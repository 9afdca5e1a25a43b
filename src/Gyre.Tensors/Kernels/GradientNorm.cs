using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Kernels;

/// <summary>Norms for gradient clipping.</summary>
public static unsafe class GradientNorm
{
    private const int BlockLength = 8192;

    /// <summary>The number of doubles that <see cref="SumOfSquares"/> needs as scratch for so many values.</summary>
    public static int ScratchLength(int count) => (count + BlockLength - 1) / BlockLength;

    /// <summary>Σ x², summed in fixed blocks, so with the same bits for every team size.</summary>
    /// <param name="team">Who computes.</param>
    /// <param name="values">The values.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> doubles, overwritten.</param>
    /// <remarks><b>Cost</b>: one pass; allocates nothing.</remarks>
    [HotPath]
    public static double SumOfSquares(ThreadTeam team, ReadOnlySpan<float> values, Span<double> scratch)
    {
        ArgumentNullException.ThrowIfNull(team);
        var blocks = ScratchLength(values.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(scratch.Length, blocks, nameof(scratch));
        fixed (float* x = values)
        {
            fixed (double* partials = scratch)
            {
                var job = new Job { Count = values.Length, X = x, Partials = partials };
                KernelTeam.Run<Kernel>(team, values.Length, &job);
            }
        }

        var sum = 0.0;
        for (var block = 0; block < blocks; block++)
        {
            sum += scratch[block];
        }

        return sum;
    }

    private struct Job
    {
        public long Count;
        public float* X;
        public double* Partials;
    }

    private readonly struct Kernel : ITeamKernel
    {
        public static void Run<TLanes, TV>(int member, int size, void* state)
            where TLanes : struct, ILanes<TV>
            where TV : struct
        {
            ref readonly var job = ref *(Job*)state;
            var blocks = (job.Count + BlockLength - 1) / BlockLength;
            for (var block = blocks * member / size; block < blocks * (member + 1) / size; block++)
            {
                var begin = block * BlockLength;
                job.Partials[block] = RowSums.SumOfSquares<TLanes, TV>(job.X + begin, 0f, Math.Min(BlockLength, job.Count - begin));
            }
        }
    }
}
