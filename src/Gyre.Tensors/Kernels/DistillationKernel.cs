using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>The divergence of a student's distribution from its teacher's, row by row, with its gradient.</summary>
/// <remarks>
/// With p the teacher's and q the student's softmax at temperature τ, m = β·p + (1 − β)·q: the gradient of a logit is
/// (q − p)/τ forward, q·(r − Σ q·r)/τ with r = log q/p in reverse, and the same with r = (1 − β)·log q/m between.
/// <para>Source: Hinton et al. 2015; Agarwal et al. 2024, "On-Policy Distillation of Language Models", equation 2.</para>
/// </remarks>
internal readonly unsafe struct DistillationKernel : ITeamKernel
{
    /// <summary>The least probability of a mixture: where both distributions vanish, so does the term.</summary>
    private const float LeastMixture = 1e-37f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(DistillationJob*)state;
        var (begin, end) = (job.Rows * member / size, job.Rows * (member + 1) / size);
        for (var row = begin; row < end; row++)
        {
            var student = job.Student.At(row);
            var teacher = job.Teacher.At(row);
            if (job.Targets[row] < 0)
            {
                (job.Divergences[row], job.LabelLosses[row]) = (0f, 0f);
                if (job.WantsGradient)
                {
                    new Span<float>(student, job.Width).Clear();
                }

                continue;
            }

            var labelSum = job.WantsLabels ? LogSum<TLanes, TV>(student, 1f, job.Width) : 0f;
            job.LabelLosses[row] = job.WantsLabels ? labelSum - student[job.Targets[row]] : 0f;
            var terms = new Terms
            {
                Inverse = job.InverseTemperature,
                StudentSum = LogSum<TLanes, TV>(student, job.InverseTemperature, job.Width),
                TeacherSum = LogSum<TLanes, TV>(teacher, job.InverseTemperature, job.Width),
                Mixture = job.Mixture,
                LabelSum = labelSum,
                DivergenceScale = job.DivergenceScale * job.InverseTemperature,
                LabelScale = job.WantsLabels ? job.LabelScale : 0f,
            };
            var whole = job.Width / TLanes.Count * TLanes.Count;
            var (divergence, mean) = Diverge<TLanes, TV>(ref terms, student, teacher, 0, whole);
            var (rest, restMean) = Diverge<Lanes1, float>(ref terms, student, teacher, whole, job.Width);
            job.Divergences[row] = divergence + rest;
            if (job.WantsGradient)
            {
                terms.Mean = mean + restMean;
                Descend<TLanes, TV>(ref terms, student, teacher, 0, whole);
                Descend<Lanes1, float>(ref terms, student, teacher, whole, job.Width);
                student[job.Targets[row]] -= terms.LabelScale;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float LogSum<TLanes, TV>(float* x, float factor, int width)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var max = RowSums.Max<TLanes, TV>(x, width) * factor;
        var (factors, maxima, sums) = (TLanes.Broadcast(factor), TLanes.Broadcast(max), TLanes.Broadcast(0f));
        var i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
        {
            sums = TLanes.Add(sums, Functions.Exp<TLanes, TV>(TLanes.Subtract(TLanes.Multiply(TLanes.Load(x + i), factors), maxima)));
        }

        var sum = TLanes.Sum(sums);
        for (; i < width; i++)
        {
            sum += Functions.Exp<Lanes1, float>((x[i] * factor) - max);
        }

        return max + MathF.Log(sum);
    }

    /// <summary>The divergence's part of some elements, and that of Σ q·r; the teacher's logits become what the gradient needs of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float Divergence, float Mean) Diverge<TLanes, TV>(ref Terms terms, float* student, float* teacher, int begin, int end)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var inverse = TLanes.Broadcast(terms.Inverse);
        var (studentSum, teacherSum) = (TLanes.Broadcast(terms.StudentSum), TLanes.Broadcast(terms.TeacherSum));
        var (beta, rest, least) = (TLanes.Broadcast(terms.Mixture), TLanes.Broadcast(1f - terms.Mixture), TLanes.Broadcast(LeastMixture));
        var (divergence, mean) = (TLanes.Broadcast(0f), TLanes.Broadcast(0f));
        for (var i = begin; i < end; i += TLanes.Count)
        {
            var logQ = TLanes.Subtract(TLanes.Multiply(TLanes.Load(student + i), inverse), studentSum);
            var logP = TLanes.Subtract(TLanes.Multiply(TLanes.Load(teacher + i), inverse), teacherSum);
            if (terms.Mixture == 0f)
            {
                var p = Functions.Exp<TLanes, TV>(logP);
                divergence = TLanes.MultiplyAdd(p, TLanes.Subtract(logP, logQ), divergence);
                TLanes.Store(p, teacher + i);
                continue;
            }

            var q = Functions.Exp<TLanes, TV>(logQ);
            TV ratio;
            if (terms.Mixture == 1f)
            {
                ratio = TLanes.Subtract(logQ, logP);
                divergence = TLanes.MultiplyAdd(q, ratio, divergence);
            }
            else
            {
                var p = Functions.Exp<TLanes, TV>(logP);
                var logM = TLanes.Log(TLanes.Max(least, TLanes.MultiplyAdd(beta, p, TLanes.Multiply(rest, q))));
                ratio = TLanes.Multiply(rest, TLanes.Subtract(logQ, logM));
                divergence = TLanes.MultiplyAdd(TLanes.Multiply(beta, p), TLanes.Subtract(logP, logM), divergence);
                divergence = TLanes.MultiplyAdd(q, ratio, divergence);
            }

            mean = TLanes.MultiplyAdd(q, ratio, mean);
            TLanes.Store(ratio, teacher + i);
        }

        return (TLanes.Sum(divergence), TLanes.Sum(mean));
    }

    /// <summary>Replaces the student's logits by their gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Descend<TLanes, TV>(ref Terms terms, float* student, float* kept, int begin, int end)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var (inverse, studentSum, labelSum) = (TLanes.Broadcast(terms.Inverse), TLanes.Broadcast(terms.StudentSum), TLanes.Broadcast(terms.LabelSum));
        var (scale, labelScale, mean) = (TLanes.Broadcast(terms.DivergenceScale), TLanes.Broadcast(terms.LabelScale), TLanes.Broadcast(terms.Mean));
        for (var i = begin; i < end; i += TLanes.Count)
        {
            var x = TLanes.Load(student + i);
            var q = Functions.Exp<TLanes, TV>(TLanes.Subtract(TLanes.Multiply(x, inverse), studentSum));
            var k = TLanes.Load(kept + i);
            var slope = terms.Mixture == 0f ? TLanes.Subtract(q, k) : TLanes.Multiply(q, TLanes.Subtract(k, mean));
            var gradient = TLanes.Multiply(slope, scale);
            if (terms.LabelScale != 0f)
            {
                gradient = TLanes.MultiplyAdd(Functions.Exp<TLanes, TV>(TLanes.Subtract(x, labelSum)), labelScale, gradient);
            }

            TLanes.Store(gradient, student + i);
        }
    }

    /// <summary>What a row's elements share.</summary>
    private struct Terms
    {
        public float Inverse;
        public float StudentSum;
        public float TeacherSum;
        public float LabelSum;
        public float Mixture;
        public float Mean;
        public float DivergenceScale;
        public float LabelScale;
    }
}
