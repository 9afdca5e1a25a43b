using Gyre.Server.Hosting;
using Gyre.Server.Wire;

namespace Gyre.Server.Http;

/// <summary>Decides how a failed request is told: its error, its log entry and its trace.</summary>
internal sealed partial class RequestErrors(GyreHostOptions options, ILogger<RequestErrors> log)
{
    /// <summary>Sends the error as the stream's last event; a caller that went away gets nothing.</summary>
    public async Task EndAsync(HttpContext context, RequestScope scope, EventStream output, Exception error)
    {
        // A broken connection is met by the writer before the request is marked as aborted.
        if (context.RequestAborted.IsCancellationRequested || (error is OperationCanceledException && !scope.IsTimedOut))
        {
            scope.Trace?.Cancel();
            scope.IsAbandoned = true;
            return;
        }

        var api = Describe(scope, error);
        if (scope.ErrorForm == ErrorForm.Messages)
        {
            output.Write("error", MessagesErrorBody.From(api, scope.RequestId), WireJson.Plain.MessagesErrorBody);
        }
        else
        {
            output.Write(ErrorBody.From(api), WireJson.Plain.ErrorBody);
        }

        await output.FlushAsync(context.RequestAborted);
    }

    /// <summary>The error to send for an exception; logged when it is the server's fault, and kept in the trace.</summary>
    public ApiException Describe(RequestScope scope, Exception error)
    {
        var api = error is OperationCanceledException && scope.IsTimedOut
            ? new ApiException(
                StatusCodes.Status504GatewayTimeout,
                ErrorTypes.Server,
                "SRV0130",
                $"The request took longer than {options.RequestTimeout.TotalSeconds:0.###} seconds, the server's limit, and was ended. Ask for fewer tokens.",
                innerException: error)
            : ErrorMapping.ToApi(error, options.RetryAfter, scope.PromptParameter);
        if (api.Status >= StatusCodes.Status500InternalServerError)
        {
            LogFailed(scope.RequestId, api.Message, api.InnerException is OperationCanceledException ? null : api.InnerException);
        }

        scope.Trace?.Fail(api.Code ?? api.Type, api.Message);
        return api;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed: {Reason}")]
    private partial void LogFailed(string requestId, string reason, Exception? error);
}
