using Gyre.Contracts;

namespace Gyre.Server.Hosting;

/// <summary>A server that cannot start or run as configured: port, data folder, alias file (codes <c>SRV####</c>).</summary>
public sealed class ServerException(string code, string message, Exception? innerException = null)
    : GyreException(code, message, innerException);
