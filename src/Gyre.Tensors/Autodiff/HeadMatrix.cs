using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Autodiff;

/// <summary>The matrix of a vocabulary head: numbers, or an encoding of them.</summary>
internal readonly struct HeadMatrix
{
    private readonly Tensor? _numbers;
    private readonly FrozenMatrix? _encoded;

    public HeadMatrix(Tensor numbers) => _numbers = numbers;

    public HeadMatrix(FrozenMatrix encoded) => _encoded = encoded;

    public int Classes => _encoded?.Rows ?? _numbers!.Shape[0]; // One of the two is there.

    /// <summary>scores = x·Wᵀ.</summary>
    public void Multiply(Tape tape, MatrixView x, MatrixView scores)
    {
        if (_encoded is not null)
        {
            FrozenPanels.Multiply(tape, x, _encoded, scores, accumulate: false);
            return;
        }

        MatrixView.Multiply(tape, x, MatrixView.Of(_numbers!).Transposed(), scores, accumulate: false); // As above.
    }

    /// <summary>gradient = scores·W.</summary>
    public void MultiplyBack(Tape tape, MatrixView scores, MatrixView gradient)
    {
        if (_encoded is not null)
        {
            FrozenPanels.MultiplyBack(tape, scores, _encoded, gradient, accumulate: false);
            return;
        }

        MatrixView.Multiply(tape, scores, MatrixView.Of(_numbers!), gradient, accumulate: false); // As above.
    }
}
