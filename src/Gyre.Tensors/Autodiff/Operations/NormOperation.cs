using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>Layer norm or root-mean-square norm over the last axis.</summary>
internal sealed unsafe class NormOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public Tensor? Gain { get; set; }

    public Tensor? Bias { get; set; }

    /// <summary>Null for the root-mean-square norm.</summary>
    public Tensor? Means { get; set; }

    public Tensor Inverses { get; set; } = Tensor.None;

    public override void Backward(Tape tape, Tensor gradient)
    {
        _ = RowArray.TryOf(X, out var x, out var rows, out var width);
        _ = RowArray.TryOf(gradient, out var dy, out _, out _);
        var job = new NormJob { Rows = rows, Width = width, X = x, OutGradient = dy, Inverses = Inverses.UncheckedData };
        job.Means = Means is null ? null : Means.UncheckedData;
        job.Gain = Gain is null ? null : Gain.UncheckedData;
        if (X.RequiresGradient)
        {
            _ = RowArray.TryOf(tape.GradientOf(X, out job.Accumulate), out job.InGradient, out _, out _);
        }

        var gains = Gain is { RequiresGradient: true } ? tape.Allocate([(int)job.Blocks, width]) : null;
        var biases = Bias is { RequiresGradient: true } ? tape.Allocate([(int)job.Blocks, width]) : null;
        job.GainPartials = gains is null ? null : gains.UncheckedData;
        job.BiasPartials = biases is null ? null : biases.UncheckedData;
        KernelTeam.Run<NormBackward>(tape.Team, gradient.Length * 4, &job);
        if (gains is not null && Gain is not null)
        {
            AddBlocks(tape, Gain, gains);
        }

        if (biases is not null && Bias is not null)
        {
            AddBlocks(tape, Bias, biases);
        }
    }

    public override void Clear()
    {
        base.Clear();
        (X, Gain, Bias, Means, Inverses) = (Tensor.None, null, null, null, Tensor.None);
    }

    private static void AddBlocks(Tape tape, Tensor parameter, Tensor blocks)
    {
        var to = tape.GradientOf(parameter, out var accumulate);
        var job = new ColumnSumJob
        {
            Rows = blocks.Shape[0],
            Width = blocks.Shape[1],
            X = new RowArray { Data = blocks.UncheckedData, Stride = blocks.Shape[1] },
            Y = to.UncheckedData,
            Accumulate = accumulate,
        };
        KernelTeam.Run<ColumnSumKernel>(tape.Team, blocks.Length, &job);
    }
}
