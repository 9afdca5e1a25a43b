using Gyre.Contracts;

namespace Gyre.Registry;

/// <summary>An error of the registry, with a stable code (<c>REG####</c>).</summary>
public sealed class RegistryException(string code, string message, Exception? innerException = null) : GyreException(code, message, innerException);
