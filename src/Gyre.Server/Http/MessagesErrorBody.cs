using System.ComponentModel;

namespace Gyre.Server.Http;

/// <summary>The body of a refused or failed request in the form that clients of messages read.</summary>
[Description("The body of a refused or failed request to /v1/messages.")]
internal sealed record MessagesErrorBody
{
    [Description("Always error.")]
    public string Type { get; init; } = "error";

    [Description("What went wrong.")]
    public required Detail Error { get; init; }

    [Description("The request's id, as the x-request-id header carries it.")]
    public required string RequestId { get; init; }

    public static MessagesErrorBody From(ApiException error, string requestId) => new()
    {
        Error = new Detail { Type = NameOf(error.Status), Message = error.Message, Param = error.Param, Code = error.Code },
        RequestId = requestId,
    };

    private static string NameOf(int status) => status switch
    {
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status404NotFound => "not_found_error",
        StatusCodes.Status413PayloadTooLarge => "request_too_large",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        StatusCodes.Status503ServiceUnavailable => "overloaded_error",
        StatusCodes.Status504GatewayTimeout => "timeout_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    /// <summary>What went wrong.</summary>
    [Description("What went wrong.")]
    internal sealed record Detail
    {
        [Description("The family: invalid_request_error, not_found_error, request_too_large, rate_limit_error, overloaded_error, timeout_error or api_error.")]
        public required string Type { get; init; }

        [Description("What was found, what was expected and what to do next.")]
        public required string Message { get; init; }

        [Description("The parameter at fault, when there is one.")]
        public required string? Param { get; init; }

        [Description("A stable code; docs/errors.md lists them.")]
        public required string? Code { get; init; }
    }
}
