using System.Globalization;
using Gyre.Contracts;
using Gyre.Observability;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Wire;
using Microsoft.AspNetCore.Routing;

namespace Gyre.Server.Http;

/// <summary>
/// Goes round every request: gives it an id, a deadline and a trace, and turns whatever goes wrong into an error body.
/// </summary>
internal sealed class RequestPipeline(
    RequestDelegate next,
    GyreHostOptions options,
    HostGuard guard,
    DrainState drain,
    TimeProvider clock,
    IIdSource ids,
    TraceSource source,
    RequestErrors errors)
{
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        using var scope = new RequestScope(ids.NewId("req"), clock, options.RequestTimeout, context.RequestAborted);
        context.Features.Set(scope);
        scope.ErrorForm = context.GetEndpoint()?.Metadata.GetMetadata<ErrorFormOf>()?.Form ?? ErrorForm.OpenAi;
        SetRequestId(context, scope);
        context.Response.OnStarting(static state =>
        {
            var (response, scope) = ((HttpResponse, RequestScope))state;
            response.Headers["openai-processing-ms"] = ((long)scope.Elapsed.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        }, (context.Response, scope));
        if (context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<TracedOperation>() is { } operation)
        {
            scope.Trace = new RequestTrace(source.Activities, clock, options.StoresContent, scope.RequestId, endpoint.RoutePattern.RawText ?? "", operation.Name);
        }

        try
        {
            guard.Check(context);
            drain.Check(context);
            await next(context);
            if (!context.Response.HasStarted && Bare(context) is { } error)
            {
                await AnswerAsync(context, scope, error);
            }

            scope.Trace?.Tag(GenAiAttribute.HttpStatusCode, scope.IsAbandoned ? ClientClosedRequest : context.Response.StatusCode);
        }
        catch (Exception error)
        {
            await AnswerFailureAsync(context, scope, error);
        }
    }

    private async Task AnswerFailureAsync(HttpContext context, RequestScope scope, Exception error)
    {
        if (error is OperationCanceledException or IOException or Microsoft.AspNetCore.Connections.ConnectionAbortedException && context.RequestAborted.IsCancellationRequested)
        {
            scope.Trace?.Cancel();
            scope.Trace?.Tag(GenAiAttribute.HttpStatusCode, ClientClosedRequest);
            return;
        }

        var api = errors.Describe(scope, error);
        scope.Trace?.Tag(GenAiAttribute.HttpStatusCode, api.Status);
        if (context.Response.HasStarted)
        {
            // Half an answer is out and its end cannot be told apart from a whole one: break the connection instead.
            context.Abort();
            return;
        }

        await AnswerAsync(context, scope, api);
    }

    private static async Task AnswerAsync(HttpContext context, RequestScope scope, ApiException error)
    {
        var allow = context.Response.Headers.Allow;
        context.Response.Clear();
        if (error.Status == StatusCodes.Status405MethodNotAllowed)
        {
            context.Response.Headers.Allow = allow;
        }

        if (error.Header is var (name, value) && name is not null)
        {
            context.Response.Headers[name] = value;
        }

        if (error.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = ErrorMapping.RetryAfterSeconds(wait);
        }

        context.Response.StatusCode = error.Status;
        SetRequestId(context, scope);
        if (scope.ErrorForm == ErrorForm.Messages)
        {
            await JsonAnswer.WriteAsync(context, MessagesErrorBody.From(error, scope.RequestId), WireJson.Plain.MessagesErrorBody);
        }
        else
        {
            await JsonAnswer.WriteAsync(context, ErrorBody.From(error), WireJson.Plain.ErrorBody);
        }
    }

    private static void SetRequestId(HttpContext context, RequestScope scope)
    {
        context.Response.Headers["x-request-id"] = scope.RequestId;
        if (scope.ErrorForm == ErrorForm.Messages)
        {
            context.Response.Headers["request-id"] = scope.RequestId;
        }
    }

    /// <summary>The body of an answer that routing gave a status but no body.</summary>
    private static ApiException? Bare(HttpContext context) => context.Response.StatusCode switch
    {
        _ when context.Response.ContentLength > 0 || context.Response.ContentType is not null => null,
        StatusCodes.Status404NotFound => new ApiException(
            StatusCodes.Status404NotFound,
            ErrorTypes.NotFound,
            "SRV0140",
            $"There is nothing at {context.Request.Method} {Shown(context.Request.Path)}. GET /openapi/v1.json lists what there is."),
        StatusCodes.Status405MethodNotAllowed => new ApiException(
            StatusCodes.Status405MethodNotAllowed,
            ErrorTypes.InvalidRequest,
            "SRV0141",
            $"{Shown(context.Request.Path)} does not take {context.Request.Method}; expected {context.Response.Headers.Allow}."),
        _ => null,
    };

    private static string Shown(PathString path) => path.Value is { Length: > 120 } text ? text[..120] + "…" : path.Value ?? "/";
}
