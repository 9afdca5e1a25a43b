using System.Runtime.InteropServices;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>A part that is computed again in the backward pass.</summary>
internal sealed class CheckpointOperation : Operation
{
    private readonly List<Tensor> _inputs = [];

    public CheckpointBody? Body { get; set; }

    public void SetInputs(ReadOnlySpan<Tensor> inputs)
    {
        foreach (var input in inputs)
        {
            _inputs.Add(input);
        }
    }

    public override void Backward(Tape tape, Tensor gradient)
    {
        var (mark, operations) = (tape.Mark(), tape.OperationCount);
        var output = (Body ?? throw new InvalidOperationException("Backward: a checkpoint without a body."))(tape, CollectionsMarshal.AsSpan(_inputs)).Root;
        if (!output.Shape.SequenceEqual(Output.Shape))
        {
            throw new InvalidOperationException($"Backward: a checkpointed part gave the shape {Output} first and {output} now, expected the same. Its body must not depend on anything that changes.");
        }

        (output.Gradient, output.GradientIsZero, Output.Gradient) = (gradient, false, null);
        tape.RunBackward(operations);
        tape.ReleaseFrom(mark, Tensor.None);
    }

    public override void Clear()
    {
        base.Clear();
        _inputs.Clear();
        Body = null;
    }
}
