namespace Gyre.Server.Http;

/// <summary>A request that is answered with an error body.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="type">The error family of the wire format, for example <c>invalid_request_error</c>.</param>
/// <param name="code">The error's code; a stable code of Gyre or one the wire format's clients know.</param>
/// <param name="message">What was found, what was expected and what to do next.</param>
/// <param name="param">The parameter at fault, when there is one.</param>
/// <param name="innerException">The cause, when there is one.</param>
internal sealed class ApiException(int status, string type, string? code, string message, string? param = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    public int Status { get; } = status;

    public string Type { get; } = type;

    public string? Code { get; } = code;

    public string? Param { get; } = param;

    /// <summary>When the caller may try again; null for an error that trying again does not mend.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A header that the answer must carry; none by default.</summary>
    public (string? Name, string Value) Header { get; init; }

    public static ApiException Invalid(string code, string message, string? param = null, Exception? innerException = null) =>
        new(StatusCodes.Status400BadRequest, ErrorTypes.InvalidRequest, code, message, param, innerException);
}
