using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <summary>A vocabulary head with its loss and gradients, some rows at a time.</summary>
internal static unsafe class HeadLoss
{
    private const int LeastRows = 64;

    /// <summary>The sum of the weighted losses; the gradients, where wanted, are of that sum divided by <paramref name="divisor"/>.</summary>
    public static double Compute(
        Tape tape, MatrixView x, HeadMatrix weight, int* targets, float* weights, double divisor, int logitBytes, Tensor? hiddenGradient, Tensor? weightGradient)
    {
        var classes = weight.Classes;
        var block = Math.Min(Math.Max(LeastRows, logitBytes / sizeof(float) / Math.Max(1, classes)), Math.Max(1, x.Rows));
        using var logits = new ScratchLease(tape.Pool, (long)block * Math.Max(1, classes));
        using var rows = new ScratchLease(tape.Pool, 2L * block);
        var sum = 0.0;
        if (weightGradient is not null && x.Rows == 0)
        {
            weightGradient.Fill(0f);
        }

        for (var first = 0; first < x.Rows; first += block)
        {
            var count = Math.Min(block, x.Rows - first);
            var part = x.At(first * x.Row) with { Rows = count };
            var scores = new MatrixView { Data = logits.Data, Rows = count, Columns = classes, Row = classes, Column = 1 };
            weight.Multiply(tape, part, scores);
            var job = new SoftmaxJob
            {
                Rows = count,
                Width = classes,
                X = new RowArray { Data = scores.Data, Stride = classes },
                InGradient = new RowArray { Data = scores.Data, Stride = classes },
                Targets = targets + first,
                RowWeights = weights == null ? null : weights + first,
                Losses = rows.Data,
                LogSums = rows.Data + block,
                GradientScale = (float)(1.0 / divisor),
            };
            KernelTeam.Run<CrossEntropyForward>(tape.Team, (long)count * classes * 8, &job);
            sum += LossArguments.Sum(job.Losses, count);
            if (hiddenGradient is null && weightGradient is null)
            {
                continue;
            }

            KernelTeam.Run<CrossEntropyBackward>(tape.Team, (long)count * classes * 8, &job);
            if (hiddenGradient is not null)
            {
                var to = MatrixView.OfRows(hiddenGradient);
                weight.MultiplyBack(tape, scores, to.At(first * to.Row) with { Rows = count });
            }

            if (weightGradient is not null)
            {
                MatrixView.Multiply(tape, scores.Transposed(), part, MatrixView.Of(weightGradient), accumulate: first > 0);
            }
        }

        return sum;
    }
}
