using Gyre.Contracts;

namespace Gyre.Tensors;

/// <summary>An environment failure in the tensor engine (codes <c>TEN####</c>).</summary>
public sealed class TensorException(string code, string message, Exception? innerException = null)
    : GyreException(code, message, innerException);
