using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>Turns each pair of elements by the angle of its position.</summary>
/// <remarks>Source: J. Su et al., "RoFormer", 2021, equation 34.</remarks>
internal readonly unsafe struct RotaryKernel : ITeamKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(RotaryJob*)state;
        var rows = (long)job.Batch * job.Tokens;
        var (begin, end) = ((int)(rows * member / size), (int)(rows * (member + 1) / size));
        for (var row = begin; row < end; row++)
        {
            var (batch, token) = (row / job.Tokens, row % job.Tokens);
            var cosines = job.Cosines + (job.Positions[row] * job.TableRow);
            var sines = job.Sines + (job.Positions[row] * job.TableRow);
            for (var head = 0; head < job.Heads; head++)
            {
                var x = job.X.At(batch, token, head);
                var y = job.Y.At(batch, token, head);
                if (job.IsInterleaved)
                {
                    TurnNeighbours(in job, x, y, cosines, sines);
                }
                else
                {
                    TurnHalves<TLanes, TV>(in job, x, y, cosines, sines);
                }

                for (var i = job.RotaryWidth; i < job.Width; i++)
                {
                    y[i] = job.Accumulate ? y[i] + x[i] : x[i];
                }
            }
        }
    }

    private static void TurnNeighbours(ref readonly RotaryJob job, float* x, float* y, float* cosines, float* sines)
    {
        for (var i = 0; i < job.RotaryWidth / 2; i++)
        {
            var (c, s) = (cosines[i], job.IsInverse ? -sines[i] : sines[i]);
            var (a, b) = (x[2 * i], x[(2 * i) + 1]);
            var (turnedA, turnedB) = ((a * c) - (b * s), (b * c) + (a * s));
            y[2 * i] = job.Accumulate ? y[2 * i] + turnedA : turnedA;
            y[(2 * i) + 1] = job.Accumulate ? y[(2 * i) + 1] + turnedB : turnedB;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnHalves<TLanes, TV>(ref readonly RotaryJob job, float* x, float* y, float* cosines, float* sines)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var half = job.RotaryWidth / 2;
        var i = 0;
        for (; i + TLanes.Count <= half; i += TLanes.Count)
        {
            var (c, s) = (TLanes.Load(cosines + i), TLanes.Load(sines + i));
            s = job.IsInverse ? TLanes.Negate(s) : s;
            var (a, b) = (TLanes.Load(x + i), TLanes.Load(x + half + i));
            var turnedA = TLanes.MultiplyAdd(a, c, TLanes.Negate(TLanes.Multiply(b, s)));
            var turnedB = TLanes.MultiplyAdd(b, c, TLanes.Multiply(a, s));
            TLanes.Store(job.Accumulate ? TLanes.Add(TLanes.Load(y + i), turnedA) : turnedA, y + i);
            TLanes.Store(job.Accumulate ? TLanes.Add(TLanes.Load(y + half + i), turnedB) : turnedB, y + half + i);
        }

        for (; i < half; i++)
        {
            var (c, s) = (cosines[i], job.IsInverse ? -sines[i] : sines[i]);
            var (a, b) = (x[i], x[half + i]);
            var (turnedA, turnedB) = ((a * c) - (b * s), (b * c) + (a * s));
            y[i] = job.Accumulate ? y[i] + turnedA : turnedA;
            y[half + i] = job.Accumulate ? y[half + i] + turnedB : turnedB;
        }
    }
}
