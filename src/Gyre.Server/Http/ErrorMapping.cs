using System.Globalization;
using Gyre.Contracts;
using Gyre.Models;
using Gyre.Server.Hosting;

namespace Gyre.Server.Http;

/// <summary>Turns what a request can throw into the error that is sent; everything unforeseen is a 500 without details.</summary>
internal static class ErrorMapping
{
    /// <param name="error">What was thrown.</param>
    /// <param name="retryAfter">How long a caller that was turned away should wait.</param>
    /// <param name="promptParameter">The parameter that carries the prompt on this endpoint.</param>
    public static ApiException ToApi(Exception error, TimeSpan retryAfter, string promptParameter) => error switch
    {
        ApiException api => api,
        ModelException { Code: "RUN0301" } model => new ApiException(
            StatusCodes.Status400BadRequest, ErrorTypes.InvalidRequest, "context_length_exceeded", Coded(model), promptParameter, model),
        ModelException { Code: "RUN0302" or "RUN0306" or "RUN0307" or "RUN0432" or "RUN0115" or "RUN0116" or "RUN0117" or "RUN0602" or "RUN0604" or "RUN0706" } model => ApiException.Invalid(model.Code, Coded(model), innerException: model),
        ModelException { Code: "RUN0423" } model => new ApiException(
            StatusCodes.Status404NotFound, ErrorTypes.InvalidRequest, "model_not_found", Coded(model), "model", model), // Unloaded since the request arrived.
        ModelException { Code: "RUN0111" or "RUN0112" } model => ApiException.Invalid(model.Code, Coded(model), promptParameter, model),
        ModelException { Code: "RUN0303" } model => new ApiException(
            StatusCodes.Status429TooManyRequests, ErrorTypes.RateLimit, model.Code, Coded(model), innerException: model) { RetryAfter = retryAfter },
        ModelException { Code: "RUN0305" or "RUN0309" } model => new ApiException(
            StatusCodes.Status503ServiceUnavailable, ErrorTypes.Server, model.Code, Coded(model), innerException: model) { RetryAfter = retryAfter },
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } bad => new ApiException(
            bad.StatusCode, ErrorTypes.InvalidRequest, "SRV0102", $"Reading the request failed: {bad.Message} Send a smaller body.", innerException: bad),
        BadHttpRequestException bad => new ApiException(
            bad.StatusCode, ErrorTypes.InvalidRequest, "SRV0101", $"Reading the request failed: {bad.Message}", innerException: bad),
        OperationCanceledException cancelled => new ApiException(
            StatusCodes.Status503ServiceUnavailable, ErrorTypes.Server, "SRV0131", "The server is stopping and ended the request. Try again once it is back.", innerException: cancelled) { RetryAfter = TimeSpan.FromSeconds(5) },
        GyreException gyre => new ApiException(
            StatusCodes.Status500InternalServerError, ErrorTypes.Server, gyre.Code, Coded(gyre), innerException: gyre),
        _ => new ApiException(
            StatusCodes.Status500InternalServerError,
            ErrorTypes.Server,
            "SRV0199",
            "The server failed on this request by a fault of its own. The server's log has the details under this request's id (x-request-id).",
            innerException: error),
    };

    /// <summary>Whole seconds, rounded up, as the header demands.</summary>
    public static string RetryAfterSeconds(TimeSpan wait) =>
        Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static string Coded(GyreException error) => error is ServerException ? error.Message : $"{error.Message} ({error.Code})";
}
