using System.ComponentModel;

namespace Gyre.Server.Http;

/// <summary>The body of every refused or failed request.</summary>
[Description("The body of every refused or failed request.")]
internal sealed record ErrorBody
{
    [Description("What went wrong.")]
    public required Detail Error { get; init; }

    public static ErrorBody From(ApiException error) => new()
    {
        Error = new Detail { Message = error.Message, Type = error.Type, Param = error.Param, Code = error.Code },
    };

    /// <summary>What went wrong; all four keys are always present.</summary>
    [Description("What went wrong; all four keys are always present.")]
    internal sealed record Detail
    {
        [Description("What was found, what was expected and what to do next.")]
        public required string Message { get; init; }

        [Description("The family: invalid_request_error, not_found_error, permission_error, rate_limit_error or server_error.")]
        public required string Type { get; init; }

        [Description("The parameter at fault, when there is one.")]
        public required string? Param { get; init; }

        [Description("A stable code; docs/errors.md lists them.")]
        public required string? Code { get; init; }
    }
}
