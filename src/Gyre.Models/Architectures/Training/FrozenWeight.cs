using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Training;

/// <summary>A weight that is kept encoded and not trained.</summary>
/// <remarks>Owns: nothing.</remarks>
internal sealed unsafe class FrozenWeight(FrozenMatrix matrix) : ITapeWeight
{
    public Tensor? Dense => null;

    public void CopyRows(int first, Span<float> destination)
    {
        fixed (float* to = destination)
        {
            matrix.CopyRows(first, destination.Length / matrix.Columns, to);
        }
    }

    public Tensor Linear(in TapeInput input, Tensor? bias, Tensor? residual)
    {
        var y = input.Tape.Linear(input.X, matrix);
        y = bias is null ? y : input.Tape.Add(y, bias);
        return residual is null ? y : input.Tape.Add(residual, y);
    }

    public Tensor? CrossEntropy(Tape tape, Tensor hidden, ReadOnlySpan<int> targets, double divisor) =>
        tape.LinearCrossEntropy(hidden, matrix, targets, divisor);

    public Tensor Rows(Tape tape, ReadOnlySpan<int> ids) => tape.Embedding(matrix, ids);
}
