using Gyre.Contracts;

namespace Gyre.Orchestration;

/// <summary>An error of orchestration, with a stable code (<c>ORC####</c>).</summary>
public sealed class OrchestrationException(string code, string message, Exception? innerException = null) : GyreException(code, message, innerException);
