using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>An operation on two operands, broadcast against each other.</summary>
internal sealed class BinaryOperation : Operation
{
    public BinaryKind Kind { get; set; }

    public Tensor A { get; set; } = Tensor.None;

    public Tensor B { get; set; } = Tensor.None;

    public override void Backward(Tape tape, Tensor gradient)
    {
        // The second first: the first may take the gradient's memory over.
        if (B.RequiresGradient)
        {
            switch (Kind)
            {
                case BinaryKind.Add:
                    tape.AddReduced(B, gradient, 1f);
                    break;
                case BinaryKind.Subtract:
                    tape.AddReduced(B, gradient, -1f);
                    break;
                case BinaryKind.Multiply:
                    tape.AddProduct<MultiplyFunction>(B, gradient, A);
                    break;
                default:
                    var slope = tape.Compute<QuotientGradientFunction>(gradient.Shape, A, B);
                    tape.AddProduct<MultiplyFunction>(B, gradient, slope);
                    break;
            }
        }

        if (!A.RequiresGradient)
        {
            return;
        }

        switch (Kind)
        {
            case BinaryKind.Add or BinaryKind.Subtract:
                if (!Tape.TryMoveGradient(Output, A))
                {
                    tape.AddReduced(A, gradient, 1f);
                }

                break;
            case BinaryKind.Multiply:
                tape.AddProduct<MultiplyFunction>(A, gradient, B);
                break;
            default:
                tape.AddProduct<DivideFunction>(A, gradient, B);
                break;
        }
    }

    public override void Clear()
    {
        base.Clear();
        (A, B) = (Tensor.None, Tensor.None);
    }
}
