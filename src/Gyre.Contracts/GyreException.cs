namespace Gyre.Contracts;

/// <summary>
/// Base of every error family in Gyre: an environment failure or bad outside input that carries a stable code.
/// </summary>
/// <remarks>
/// A message says, in this order: the operation, what was found, what was expected, where, and what to do next.
/// It never contains a prompt or a secret. Codes are listed in <c>docs/errors.md</c>.
/// </remarks>
public abstract class GyreException : Exception
{
    /// <summary>Creates an error with its stable code.</summary>
    /// <param name="code">Three letters of the room and four digits, for example <c>RUN0007</c>.</param>
    /// <param name="message">The whole message, without the code.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    protected GyreException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>The stable code, for example <c>RUN0007</c>.</summary>
    public string Code { get; }
}
