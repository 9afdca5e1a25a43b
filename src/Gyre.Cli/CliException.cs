using Gyre.Contracts;

namespace Gyre.Cli;

/// <summary>A command that cannot be carried out as given (codes <c>CLI####</c>).</summary>
internal sealed class CliException(string code, string message, Exception? innerException = null)
    : GyreException(code, message, innerException);
