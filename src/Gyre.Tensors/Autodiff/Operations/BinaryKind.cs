using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>Which operation on two operands was recorded.</summary>
internal enum BinaryKind
{
    Add,
    Subtract,
    Multiply,
    Divide,
}
