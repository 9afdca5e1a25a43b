using Gyre.Contracts;

namespace Gyre.Observability;

/// <summary>A question about traces that cannot be answered as it was put (codes <c>OBS####</c>).</summary>
public sealed class ObservabilityException(string code, string message, Exception? innerException = null)
    : GyreException(code, message, innerException);
