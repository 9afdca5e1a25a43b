using Gyre.Tensors.Autodiff.Operations;
using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <content>Log-probabilities of given classes, one a row: what losses over whole answers begin with.</content>
public sealed unsafe partial class Tape
{
    /// <summary>log softmax(logits)[target] of each row.</summary>
    /// <param name="logits">[…, V].</param>
    /// <param name="targets">One class a row; <see cref="IgnoredTarget"/> gives 0 and no gradient.</param>
    /// <remarks>
    /// <b>Shape</b>: [N, V] → [N].
    /// <para><b>Errors</b>: <see cref="ArgumentOutOfRangeException"/> for a class that the logits lack.</para>
    /// </remarks>
    public Tensor LogProbability(Tensor logits, ReadOnlySpan<int> targets)
    {
        logits = AsRows(logits);
        var job = default(SoftmaxJob);
        _ = RowArray.TryOf(logits, out job.X, out job.Rows, out job.Width);
        LossArguments.RequireTargets("LogProbability", job.Rows, job.Width, targets);
        var result = Allocate([checked((int)job.Rows)]);
        job.Targets = KeepIntegers(targets);
        job.Losses = result.UncheckedData;
        job.LogSums = Allocate([Math.Max(1, (int)job.Rows)]).UncheckedData;
        KernelTeam.Run<CrossEntropyForward>(Team, logits.Length * 8, &job);
        HeadLogProbability.Negate(job.Losses, job.Rows);
        if (Needs(logits))
        {
            var operation = Record<LogProbabilityOperation>(result);
            (operation.Logits, operation.Job) = (logits, job);
        }

        return result;
    }

    /// <summary><see cref="LogProbability"/> of a linear layer's outputs, some rows at a time, so that not all logits exist at once.</summary>
    /// <param name="hidden">[…, C].</param>
    /// <param name="weight">[V, C].</param>
    /// <param name="targets">As <see cref="LogProbability"/>.</param>
    /// <remarks>
    /// Rows without a target are not computed. The backward pass computes the logits again; a weight or input that needs
    /// no gradient costs none.
    /// <para><b>Shape</b>: [N, C] → [N]. <b>Cost</b>: at most 8 MiB of logits, or 64 rows.</para>
    /// <para><b>Errors</b>: as <see cref="LogProbability"/>.</para>
    /// </remarks>
    public Tensor LinearLogProbability(Tensor hidden, Tensor weight, ReadOnlySpan<int> targets)
    {
        ArgumentNullException.ThrowIfNull(weight);
        hidden = AsRows(hidden);
        if (weight.Rank != 2 || hidden.Rank == 0 || hidden.Shape[^1] != weight.Shape[1])
        {
            throw new ArgumentException($"LinearLogProbability: found hidden values of shape {hidden} and a weight of shape {weight}, expected […, C] and [V, C].", nameof(weight));
        }

        var x = MatrixView.OfRows(hidden);
        LossArguments.RequireTargets("LinearLogProbability", x.Rows, weight.Shape[0], targets);
        var result = Allocate([x.Rows]);
        var logSums = Allocate([Math.Max(1, x.Rows)]);
        var head = new HeadLogProbability { Hidden = x, Weight = MatrixView.Of(weight), Targets = KeepIntegers(targets), LogSums = logSums.UncheckedData, LogitBytes = LogitBytes };
        head.Forward(this, result.UncheckedData);
        if (Needs(hidden, weight))
        {
            var operation = Record<LinearLogProbabilityOperation>(result);
            (operation.Hidden, operation.Weight, operation.Head) = (hidden, weight, head);
        }

        return result;
    }
}
