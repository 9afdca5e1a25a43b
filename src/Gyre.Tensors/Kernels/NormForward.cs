using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>y = (x − mean) · inverse · gain + bias; without a place for means, mean = 0 (root mean square).</summary>
internal readonly unsafe struct NormForward : ITeamKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(NormJob*)state;
        var (begin, end) = (job.Rows * member / size, job.Rows * (member + 1) / size);
        for (var row = begin; row < end; row++)
        {
            var x = job.X.At(row);
            var y = job.Y.At(row);
            var mean = job.Means == null ? 0f : RowSums.Sum<TLanes, TV>(x, job.Width) / job.Width;
            var inverse = 1f / MathF.Sqrt((RowSums.SumOfSquares<TLanes, TV>(x, mean, job.Width) / job.Width) + job.Epsilon);
            if (job.Means != null)
            {
                job.Means[row] = mean;
            }

            job.Inverses[row] = inverse;
            Apply<TLanes, TV>(in job, x, mean, inverse, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TLanes, TV>(ref readonly NormJob job, float* x, float mean, float inverse, float* y)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var gain = job.Gain;
        var bias = job.Bias;
        var width = job.Width;
        var (means, inverses) = (TLanes.Broadcast(mean), TLanes.Broadcast(inverse));
        var i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
        {
            var value = TLanes.Multiply(TLanes.Subtract(TLanes.Load(x + i), means), inverses);
            value = gain == null ? value : TLanes.Multiply(value, TLanes.Load(gain + i));
            TLanes.Store(bias == null ? value : TLanes.Add(value, TLanes.Load(bias + i)), y + i);
        }

        for (; i < width; i++)
        {
            var value = (x[i] - mean) * inverse * (gain == null ? 1f : gain[i]);
            y[i] = bias == null ? value : value + bias[i];
        }
    }
}
