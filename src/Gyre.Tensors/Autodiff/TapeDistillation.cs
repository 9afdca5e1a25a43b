using Gyre.Tensors.Autodiff.Operations;
using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <summary>Losses that hold a student's predictions to a teacher's.</summary>
public static unsafe class TapeDistillation
{
    private const int LeastRows = 64;

    /// <summary>The most bytes of logits of either model at once.</summary>
    private const int LogitBytes = 8 << 20;

    /// <summary>The mean over rows of (1 − λ)·D(teacher, student) + λ·cross-entropy, from logits.</summary>
    /// <param name="tape">Records.</param>
    /// <param name="logits">The student's, […, V].</param>
    /// <param name="teacherLogits">The teacher's, as many; they get no gradient.</param>
    /// <param name="targets">One label a row; <see cref="Tape.IgnoredTarget"/> leaves a row out of both parts.</param>
    /// <param name="options">Divergence, temperature and λ.</param>
    /// <param name="divisor">What the sum is divided by; null for the number of rows that count.</param>
    /// <param name="parts">Receives the mean divergence and the mean cross-entropy, each unscaled, and 0 for labels without a share; empty for none.</param>
    /// <remarks>
    /// A divergence is the cross-entropy −Σ p·log q less the teacher's own entropy: 0 when both agree, and of the same gradient.
    /// <para><b>Shape</b>: → one number. <b>Errors</b>: argument exceptions for other shapes, labels that the logits lack, options without meaning.</para>
    /// </remarks>
    public static Tensor Distillation(
        this Tape tape, Tensor logits, Tensor teacherLogits, ReadOnlySpan<int> targets, in DistillationOptions options, double? divisor = null, Span<double> parts = default)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(teacherLogits);
        options.Require();
        if (!logits.Shape.SequenceEqual(teacherLogits.Shape) || !logits.IsContiguous || !teacherLogits.IsContiguous)
        {
            throw new ArgumentException($"Distillation: found logits of shape {logits} and a teacher's of {teacherLogits}, expected contiguous ones of one shape.", nameof(teacherLogits));
        }

        var width = logits.Shape[^1];
        var rows = (int)(logits.Length / Math.Max(1, width));
        var total = LossArguments.Divisor("Distillation", rows, width, targets, default, divisor);
        var needs = tape.Needs(logits);
        var (student, teacher) = (tape.Allocate(logits.Shape), tape.Allocate(logits.Shape));
        logits.Span.CopyTo(student.Span);
        teacherLogits.Span.CopyTo(teacher.Span);
        using var numbers = new ScratchLease(tape.Pool, 2L * Math.Max(1, rows));
        var job = JobOf(student.UncheckedData, teacher.UncheckedData, rows, width, in options, total, needs);
        job.Targets = tape.KeepIntegers(targets);
        job.Divergences = numbers.Data;
        job.LabelLosses = numbers.Data + rows;
        KernelTeam.Run<DistillationKernel>(tape.Team, (long)rows * width * 24, &job);
        var loss = Result(tape, in options, LossArguments.Sum(job.Divergences, rows) / total, LossArguments.Sum(job.LabelLosses, rows) / total, parts);
        if (needs)
        {
            var operation = tape.Record<LinearCrossEntropyOperation>(loss);
            (operation.Hidden, operation.HiddenGradient) = (logits, student);
        }

        return loss;
    }

    /// <summary><see cref="Distillation"/> of two linear layers' outputs, some rows at a time, so that neither model's logits exist all at once.</summary>
    /// <param name="tape">Records.</param>
    /// <param name="hidden">The student's, […, C].</param>
    /// <param name="weight">Its head, [V, C].</param>
    /// <param name="teacherHidden">The teacher's, […, D], as many rows.</param>
    /// <param name="teacherWeight">Its head, [V, D].</param>
    /// <param name="targets">As <see cref="Distillation"/>; rows that are left out are not computed.</param>
    /// <param name="options">As <see cref="Distillation"/>.</param>
    /// <param name="divisor">As <see cref="Distillation"/>.</param>
    /// <param name="parts">As <see cref="Distillation"/>.</param>
    /// <remarks>While recording, the gradients are computed with the loss. <b>Cost</b>: at most 8 MiB of logits of each model, or 64 rows. <b>Errors</b>: as <see cref="Distillation"/>.</remarks>
    public static Tensor LinearDistillation(
        this Tape tape,
        Tensor hidden,
        Tensor weight,
        Tensor teacherHidden,
        Tensor teacherWeight,
        ReadOnlySpan<int> targets,
        in DistillationOptions options,
        double? divisor = null,
        Span<double> parts = default)
    {
        ArgumentNullException.ThrowIfNull(tape);
        options.Require();
        var (x, y) = (RowsOf(hidden, weight, "hidden"), RowsOf(teacherHidden, teacherWeight, "teacherHidden"));
        if (x.Rows != y.Rows || weight.Shape[0] != teacherWeight.Shape[0])
        {
            throw new ArgumentException(
                $"LinearDistillation: found {x.Rows} rows and {weight.Shape[0]} classes of the student, {y.Rows} and {teacherWeight.Shape[0]} of the teacher; expected as many of both.", nameof(teacherHidden));
        }

        var total = LossArguments.Divisor("LinearDistillation", x.Rows, weight.Shape[0], targets, default, divisor);
        var hiddenGradient = tape.Needs(hidden) ? tape.Allocate(hidden.Shape) : null;
        var weightGradient = tape.Needs(weight) ? tape.Allocate(weight.Shape) : null;
        var (divergence, label) = Compute(tape, x, MatrixView.Of(weight), y, MatrixView.Of(teacherWeight), tape.KeepIntegers(targets), in options, total, hiddenGradient, weightGradient);
        var loss = Result(tape, in options, divergence / total, label / total, parts);
        if (hiddenGradient is not null || weightGradient is not null)
        {
            var operation = tape.Record<LinearCrossEntropyOperation>(loss);
            (operation.Hidden, operation.Weight, operation.HiddenGradient, operation.WeightGradient) = (hidden, weight, hiddenGradient, weightGradient);
        }

        return loss;
    }

    private static (double Divergence, double Label) Compute(
        Tape tape,
        MatrixView x,
        MatrixView weight,
        MatrixView y,
        MatrixView teacherWeight,
        int* targets,
        in DistillationOptions options,
        double total,
        Tensor? hiddenGradient,
        Tensor? weightGradient)
    {
        hiddenGradient?.Fill(0f);
        weightGradient?.Fill(0f);
        var rows = Math.Min(Math.Max(LeastRows, LogitBytes / sizeof(float) / Math.Max(1, weight.Rows)), Math.Max(1, x.Rows));
        using var student = new HeadBlock(tape.Pool, rows, x.Columns, weight.Rows);
        using var teacher = new HeadBlock(tape.Pool, rows, y.Columns, weight.Rows);
        using var spread = new ScratchLease(tape.Pool, (long)rows * Math.Max(1, x.Columns));
        var (divergence, label, next, nextTeacher) = (0.0, 0.0, 0, 0);
        var needs = hiddenGradient is not null || weightGradient is not null;
        while (student.Gather(x, targets, ref next) is > 0 and var count)
        {
            _ = teacher.Gather(y, targets, ref nextTeacher);
            var (own, other) = (student.Score(tape, weight, count), teacher.Score(tape, teacherWeight, count));
            var job = JobOf(own.X.Data, other.X.Data, count, weight.Rows, in options, total, needs);
            job.Targets = own.Targets;
            job.Divergences = own.Losses;
            job.LabelLosses = own.LogSums;
            KernelTeam.Run<DistillationKernel>(tape.Team, (long)count * weight.Rows * 24, &job);
            divergence += LossArguments.Sum(job.Divergences, count);
            label += LossArguments.Sum(job.LabelLosses, count);
            if (hiddenGradient is not null)
            {
                var part = new MatrixView { Data = spread.Data, Rows = count, Columns = x.Columns, Row = x.Columns, Column = 1 };
                MatrixView.Multiply(tape, student.Logits(count), weight, part, accumulate: false);
                student.ScatterAdd(part, MatrixView.OfRows(hiddenGradient));
            }

            if (weightGradient is not null)
            {
                MatrixView.Multiply(tape, student.Logits(count).Transposed(), student.Inputs(count), MatrixView.Of(weightGradient), accumulate: true);
            }
        }

        return (divergence, label);
    }

    private static DistillationJob JobOf(float* student, float* teacher, int rows, int width, in DistillationOptions options, double total, bool needs) => new()
    {
        Rows = rows,
        Width = width,
        Student = new RowArray { Data = student, Stride = width },
        Teacher = new RowArray { Data = teacher, Stride = width },
        InverseTemperature = 1f / options.Temperature,
        Mixture = options.Mixture,
        DivergenceScale = (float)(options.DivergenceScale / total),
        LabelScale = (float)(options.LabelShare / total),
        WantsLabels = options.LabelShare > 0f,
        WantsGradient = needs,
    };

    private static Tensor Result(Tape tape, in DistillationOptions options, double divergence, double label, Span<double> parts)
    {
        if (!parts.IsEmpty)
        {
            (parts[0], parts[1]) = (divergence, label);
        }

        var loss = tape.Allocate([]);
        *loss.UncheckedData = (float)((options.DivergenceScale * divergence) + (options.LabelShare * label));
        return loss;
    }

    private static MatrixView RowsOf(Tensor hidden, Tensor weight, string name)
    {
        ArgumentNullException.ThrowIfNull(hidden, name);
        ArgumentNullException.ThrowIfNull(weight);
        return weight.Rank == 2 && hidden.Rank > 0 && hidden.Shape[^1] == weight.Shape[1] && RowArray.TryOf(hidden, out _, out _, out _)
            ? MatrixView.OfRows(hidden)
            : throw new ArgumentException($"LinearDistillation: found hidden values of shape {hidden} and a weight of shape {weight}, expected rows of […, C] and [V, C].", name);
    }
}
