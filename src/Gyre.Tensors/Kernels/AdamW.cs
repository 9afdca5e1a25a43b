using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Kernels;

/// <summary>The AdamW update of one parameter.</summary>
public static unsafe class AdamW
{
    /// <summary>Moves a parameter one step along its gradient and updates both moments in place.</summary>
    /// <param name="team">Who computes; the result has the same bits for every team size.</param>
    /// <param name="parameter">The values, changed in place.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="firstMoment">The running mean of the gradient; zeros before step 1.</param>
    /// <param name="secondMoment">The running mean of its square; zeros before step 1.</param>
    /// <param name="settings">Rates and the step.</param>
    /// <remarks>
    /// p ← p − η·λ·p, then p ← p − η·m̂ / (√v̂ + ε), with m̂ and v̂ the moments divided by 1 − βᵗ.
    /// <para><b>Errors</b>: <see cref="ArgumentException"/> when the lengths differ.</para>
    /// <para><b>Cost</b>: one pass over the four arrays; allocates nothing.</para>
    /// <para><b>Source</b>: I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2.</para>
    /// </remarks>
    [HotPath]
    public static void Step(
        ThreadTeam team, Span<float> parameter, ReadOnlySpan<float> gradient, Span<float> firstMoment, Span<float> secondMoment, in AdamWSettings settings)
    {
        ArgumentNullException.ThrowIfNull(team);
        if (gradient.Length != parameter.Length || firstMoment.Length != parameter.Length || secondMoment.Length != parameter.Length)
        {
            throw new ArgumentException(
                $"AdamW step: found {parameter.Length} values, {gradient.Length} gradients, {firstMoment.Length} and {secondMoment.Length} moments, expected equal lengths.", nameof(gradient));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Step, 1);
        fixed (float* p = parameter, g = gradient, m = firstMoment, v = secondMoment)
        {
            var job = new Job
            {
                Count = parameter.Length,
                Parameter = p,
                Gradient = g,
                First = m,
                Second = v,
                GradientScale = settings.GradientScale,
                Beta1 = settings.Beta1,
                Beta2 = settings.Beta2,
                Keep = (float)(1.0 - ((double)settings.LearningRate * settings.WeightDecay)),
                Rate = (float)(settings.LearningRate / (1.0 - Math.Pow(settings.Beta1, settings.Step))),
                RootCorrection = (float)(1.0 / Math.Sqrt(1.0 - Math.Pow(settings.Beta2, settings.Step))),
                Epsilon = settings.Epsilon,
            };
            KernelTeam.Run<Kernel>(team, job.Count, &job);
        }
    }

    private struct Job
    {
        public long Count;
        public float* Parameter;
        public float* Gradient;
        public float* First;
        public float* Second;
        public float GradientScale;
        public float Beta1;
        public float Beta2;
        public float Keep;
        public float Rate;
        public float RootCorrection;
        public float Epsilon;
    }

    private readonly struct Kernel : ITeamKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TLanes, TV>(int member, int size, void* state)
            where TLanes : struct, ILanes<TV>
            where TV : struct
        {
            ref readonly var job = ref *(Job*)state;
            var (i, end) = KernelTeam.Part(job.Count, member, size);
            for (; i + TLanes.Count <= end; i += TLanes.Count)
            {
                StepAt<TLanes, TV>(in job, i);
            }

            for (; i < end; i++)
            {
                StepAt<Lanes1, float>(in job, i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StepAt<TLanes, TV>(ref readonly Job job, long i)
            where TLanes : struct, ILanes<TV>
            where TV : struct
        {
            var g = TLanes.Multiply(TLanes.Load(job.Gradient + i), TLanes.Broadcast(job.GradientScale));
            var m = TLanes.MultiplyAdd(TLanes.Load(job.First + i), TLanes.Broadcast(job.Beta1), TLanes.Multiply(g, TLanes.Broadcast(1f - job.Beta1)));
            var v = TLanes.MultiplyAdd(TLanes.Load(job.Second + i), TLanes.Broadcast(job.Beta2), TLanes.Multiply(TLanes.Multiply(g, g), TLanes.Broadcast(1f - job.Beta2)));
            TLanes.Store(m, job.First + i);
            TLanes.Store(v, job.Second + i);
            var root = TLanes.MultiplyAdd(TLanes.Sqrt(v), TLanes.Broadcast(job.RootCorrection), TLanes.Broadcast(job.Epsilon));
            var move = TLanes.Divide(TLanes.Multiply(m, TLanes.Broadcast(job.Rate)), root);
            TLanes.Store(TLanes.Subtract(TLanes.Multiply(TLanes.Load(job.Parameter + i), TLanes.Broadcast(job.Keep)), move), job.Parameter + i);
        }
    }
}
