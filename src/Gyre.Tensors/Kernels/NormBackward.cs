using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>The gradient of <see cref="NormForward"/>, with the parameters' per block of rows.</summary>
/// <remarks>
/// With n = (x − mean)·inverse and g = dy·gain: dx = inverse·(g − n·mean(g·n) [− mean(g)]), the last term for layer norm only.
/// </remarks>
internal readonly unsafe struct NormBackward : ITeamKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(NormJob*)state;
        var (begin, end) = (job.Blocks * member / size, job.Blocks * (member + 1) / size);
        for (var block = begin; block < end; block++)
        {
            var gains = job.GainPartials == null ? null : job.GainPartials + (block * job.Width);
            var biases = job.BiasPartials == null ? null : job.BiasPartials + (block * job.Width);
            Clear(gains, job.Width);
            Clear(biases, job.Width);
            var last = Math.Min(job.Rows, (block + 1) * NormJob.RowBlock);
            for (var row = block * NormJob.RowBlock; row < last; row++)
            {
                ComputeRow<TLanes, TV>(in job, row, gains, biases);
            }
        }
    }

    private static void Clear(float* values, int count)
    {
        if (values != null)
        {
            new Span<float>(values, count).Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeRow<TLanes, TV>(ref readonly NormJob job, long row, float* gains, float* biases)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var x = job.X.At(row);
        var dy = job.OutGradient.At(row);
        var gain = job.Gain;
        var width = job.Width;
        var (mean, inverse) = (job.Means == null ? 0f : job.Means[row], job.Inverses[row]);
        var (means, inverses) = (TLanes.Broadcast(mean), TLanes.Broadcast(inverse));
        var (dots, sums) = (TLanes.Broadcast(0f), TLanes.Broadcast(0f));
        var (dot, sum) = (0f, 0f);
        var i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
        {
            var d = TLanes.Load(dy + i);
            var n = TLanes.Multiply(TLanes.Subtract(TLanes.Load(x + i), means), inverses);
            if (gains != null)
            {
                TLanes.Store(TLanes.MultiplyAdd(d, n, TLanes.Load(gains + i)), gains + i);
            }

            if (biases != null)
            {
                TLanes.Store(TLanes.Add(d, TLanes.Load(biases + i)), biases + i);
            }

            d = gain == null ? d : TLanes.Multiply(d, TLanes.Load(gain + i));
            dots = TLanes.MultiplyAdd(d, n, dots);
            sums = TLanes.Add(d, sums);
        }

        for (; i < width; i++)
        {
            var n = (x[i] - mean) * inverse;
            if (gains != null)
            {
                gains[i] += dy[i] * n;
            }

            if (biases != null)
            {
                biases[i] += dy[i];
            }

            var d = gain == null ? dy[i] : dy[i] * gain[i];
            dot += d * n;
            sum += d;
        }

        if (job.InGradient.Data == null)
        {
            return;
        }

        dot = (dot + TLanes.Sum(dots)) / width;
        sum = job.Means == null ? 0f : (sum + TLanes.Sum(sums)) / width;
        Propagate<TLanes, TV>(in job, row, x, dy, mean, inverse, dot, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Propagate<TLanes, TV>(ref readonly NormJob job, long row, float* x, float* dy, float mean, float inverse, float dot, float sum)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var dx = job.InGradient.At(row);
        var gain = job.Gain;
        var width = job.Width;
        var (means, inverses) = (TLanes.Broadcast(mean), TLanes.Broadcast(inverse));
        var (dots, sums) = (TLanes.Broadcast(-dot), TLanes.Broadcast(sum));
        var i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
        {
            var d = TLanes.Load(dy + i);
            d = gain == null ? d : TLanes.Multiply(d, TLanes.Load(gain + i));
            var n = TLanes.Multiply(TLanes.Subtract(TLanes.Load(x + i), means), inverses);
            var value = TLanes.Subtract(TLanes.MultiplyAdd(n, dots, d), sums);
            TLanes.Store(job.Accumulate ? TLanes.MultiplyAdd(value, inverses, TLanes.Load(dx + i)) : TLanes.Multiply(value, inverses), dx + i);
        }

        for (; i < width; i++)
        {
            var d = gain == null ? dy[i] : dy[i] * gain[i];
            var value = (d - ((x[i] - mean) * inverse * dot) - sum) * inverse;
            dx[i] = job.Accumulate ? dx[i] + value : value;
        }
    }
}
