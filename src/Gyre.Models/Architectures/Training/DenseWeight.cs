using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures.Training;

/// <summary>A weight in single precision.</summary>
/// <remarks>Owns: nothing.</remarks>
internal sealed unsafe class DenseWeight(Tensor weight) : ITapeWeight
{
    public Tensor Dense => weight;

    public void CopyRows(int first, Span<float> destination) =>
        new ReadOnlySpan<float>(weight.UncheckedData + ((long)first * weight.Shape[^1]), destination.Length).CopyTo(destination);

    public Tensor Linear(in TapeInput input, Tensor? bias, Tensor? residual) => input.Tape.Linear(input.X, weight, bias, residual);

    public Tensor? CrossEntropy(Tape tape, Tensor hidden, ReadOnlySpan<int> targets, double divisor) =>
        tape.LinearCrossEntropy(hidden, weight, targets, default, divisor);

    public Tensor Rows(Tape tape, ReadOnlySpan<int> ids) => tape.Embedding(weight, ids);
}
