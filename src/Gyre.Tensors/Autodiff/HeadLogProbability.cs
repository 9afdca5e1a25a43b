using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <summary>Log-probabilities of a vocabulary head, some rows at a time, forward and back; rows without a target are passed over.</summary>
internal unsafe struct HeadLogProbability
{
    private const int LeastRows = 64;

    public MatrixView Hidden;
    public MatrixView Weight;

    /// <summary>The wanted class of each row, negative for none.</summary>
    public int* Targets;

    /// <summary>The logarithm of each row's sum of exponentials, kept for the way back.</summary>
    public float* LogSums;

    /// <summary>The most bytes of logits at once, unless that is fewer than 64 rows.</summary>
    public int LogitBytes;

    private readonly int BlockRows =>
        Math.Min(Math.Max(LeastRows, LogitBytes / sizeof(float) / Math.Max(1, Weight.Rows)), Math.Max(1, Hidden.Rows));

    /// <summary>x = −x.</summary>
    public static void Negate(float* values, long count)
    {
        for (long i = 0; i < count; i++)
        {
            values[i] = 0f - values[i];
        }
    }

    /// <summary>Writes each row's log-probability, 0 for a row without a target.</summary>
    public readonly void Forward(Tape tape, float* result)
    {
        new Span<float>(result, Hidden.Rows).Clear();
        using var block = new HeadBlock(tape.Pool, BlockRows, Hidden.Columns, Weight.Rows);
        var next = 0;
        while (block.Gather(Hidden, Targets, ref next) is > 0 and var count)
        {
            var job = block.Score(tape, Weight, count);
            KernelTeam.Run<CrossEntropyForward>(tape.Team, job.Rows * job.Width * 8, &job);
            for (var i = 0; i < count; i++)
            {
                result[block.Rows[i]] = 0f - job.Losses[i];
                LogSums[block.Rows[i]] = job.LogSums[i];
            }
        }
    }

    /// <summary>Adds to the gradients, where wanted, what a gradient of the results gives.</summary>
    public readonly void Backward(Tape tape, float* gradient, Tensor? hidden, Tensor? weight)
    {
        MatrixView toHidden = default;
        if (hidden is not null)
        {
            var target = tape.GradientOf(hidden, out var accumulate);
            if (!accumulate)
            {
                target.Fill(0f);
            }

            toHidden = MatrixView.OfRows(target);
        }

        var addsToWeight = false;
        var toWeight = weight is null ? null : tape.GradientOf(weight, out addsToWeight);
        using var block = new HeadBlock(tape.Pool, BlockRows, Hidden.Columns, Weight.Rows);
        using var parts = new ScratchLease(tape.Pool, (long)BlockRows * Math.Max(1, Hidden.Columns));
        var next = 0;
        while (block.Gather(Hidden, Targets, ref next) is > 0 and var count)
        {
            var job = block.Score(tape, Weight, count);
            (job.InGradient, job.GradientScale) = (job.X, -1f);
            job.RowWeights = job.Losses;
            for (var i = 0; i < count; i++)
            {
                job.LogSums[i] = LogSums[block.Rows[i]];
                job.Losses[i] = gradient[block.Rows[i]];
            }

            KernelTeam.Run<CrossEntropyBackward>(tape.Team, job.Rows * job.Width * 8, &job);
            if (hidden is not null)
            {
                var part = new MatrixView { Data = parts.Data, Rows = count, Columns = Hidden.Columns, Row = Hidden.Columns, Column = 1 };
                MatrixView.Multiply(tape, block.Logits(count), Weight, part, accumulate: false);
                block.ScatterAdd(part, toHidden);
            }

            if (toWeight is not null)
            {
                MatrixView.Multiply(tape, block.Logits(count).Transposed(), block.Inputs(count), MatrixView.Of(toWeight), addsToWeight);
                addsToWeight = true;
            }
        }

        if (toWeight is not null && !addsToWeight)
        {
            // No row had a target: the gradient's memory was just rented and holds anything.
            toWeight.Fill(0f);
        }
    }
}
