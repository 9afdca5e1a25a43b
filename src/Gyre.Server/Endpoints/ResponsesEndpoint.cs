using System.Text.Json;
using Gyre.Contracts;
using Gyre.Observability;
using Gyre.Server.Catalog;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Responses;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>POST <c>/v1/responses</c>.</summary>
internal sealed class ResponsesEndpoint(
    GyreHostOptions options,
    GenerationService generation,
    ResponseStore store,
    BackgroundResponses background,
    RequestErrors errors,
    TraceSource source,
    IIdSource ids,
    TimeProvider clock)
{
    /// <summary>Why a response failed that ran when the server ended.</summary>
    public static ResponseAnswer.Failure Interrupted { get; } = new() { Code = "server_error", Message = "The server was stopped before the response ended. Send the request again. (SRV0175)" };

    public async Task HandleAsync(HttpContext context)
    {
        var scope = RequestScope.Of(context);
        scope.PromptParameter = "input";
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        ResponseParameters.Table.Check(body.RootElement, faults);
        var (alias, model) = await generation.ResolveAsync(body.RootElement, faults, scope, isOptional: false);
        var earlier = await EarlierAsync(new RequestReader(body.RootElement, "", faults), scope.Cancellation);
        var request = ResponsesRequest.Read(body.RootElement, faults, alias, model, earlier, options, ids, clock);
        faults.ThrowIfAny();

        if (!request.IsStored)
        {
            scope.Trace?.KeepNoContent();
        }

        var chat = request.IsTruncating
            ? request.Chat with { Turns = Truncation.Fit(model, request.Chat.Turns, request.Chat.Tools, request.Chat.Options.MaxTokens) }
            : request.Chat;
        var call = generation.Prepare(chat, alias, model);
        Trace(scope.Trace, request, chat, call);
        if (request.IsBackground)
        {
            await BeginAsync(context, request, chat, call);
            return;
        }

        scope.Trace?.Submit(call, chat.IsStreamed);
        await using var run = AnswerRun.Start(call, ids, "call", scope.Cancellation);
        if (chat.IsStreamed)
        {
            await StreamAsync(context, scope, request, call, run);
            return;
        }

        var builder = new ResponseBuilder(request.Asked, call, ids, null);
        await run.EachAsync(scope.Trace, static () => Task.CompletedTask, (_, part) => builder.Add(part), scope.Cancellation);
        await KeepAsync(request, builder.Response, scope.Cancellation);
        await JsonAnswer.WriteAsync(context, builder.Response, WireJson.Plain.ResponseAnswer);
    }

    private static void Trace(RequestTrace? trace, ResponsesRequest request, ChatRequest chat, GenerationCall call)
    {
        trace?.SetModel(call.Alias.Name);
        trace?.SetInput(chat.Turns.Select(turn => (turn.Role, TurnText.Of(turn))));
        trace?.Tag(GenAiAttribute.UserId, chat.User);
        trace?.Tag(GenAiAttribute.ResponseId, request.Asked.Id);
    }

    private static StoredResponse Stored(ResponsesRequest request, ResponseAnswer response) => new()
    {
        Id = response.Id,
        PreviousId = response.PreviousResponseId,
        IsBackground = response.Background,
        Status = response.Status,
        Input = JsonSerializer.Serialize(request.Items, WireJson.Plain.ResponseItems),
        Body = JsonSerializer.Serialize(response, WireJson.Plain.ResponseAnswer),
    };

    private Task KeepAsync(ResponsesRequest request, ResponseAnswer response, CancellationToken cancellationToken) =>
        request.IsStored ? store.AddAsync(Stored(request, response), cancellationToken) : Task.CompletedTask;

    /// <summary>The items of the responses that a request goes on from.</summary>
    private async Task<IReadOnlyList<ResponseItem>> EarlierAsync(RequestReader reader, CancellationToken cancellationToken)
    {
        if (reader.ReadString("previous_response_id") is not { } id)
        {
            reader.Faults.ThrowIfAny();
            return [];
        }

        var (chain, missing) = await store.ChainAsync(id, options.MaxMessages, cancellationToken);
        if (missing is not null)
        {
            throw ApiException.Invalid(
                "previous_response_not_found",
                $"There is no response '{(missing.Length <= 80 ? missing : missing[..80] + "…")}'{(missing == id ? "" : $", which '{id}' goes on from")}; it was never kept, was removed, or was older than the newest that are kept. (SRV0171)",
                "previous_response_id");
        }

        if (chain[0].PreviousId is not null)
        {
            throw ApiException.Invalid("SRV0174", $"The conversation of '{id}' has more than {options.MaxMessages:N0} responses; expected at most that. Begin a new one.", "previous_response_id");
        }

        if (chain[^1] is { Status: not ("completed" or "incomplete") } last)
        {
            throw ApiException.Invalid("SRV0172", $"The response '{id}' is {last.Status}; expected one that is completed.", "previous_response_id");
        }

        var items = new List<ResponseItem>();
        foreach (var response in chain)
        {
            items.AddRange(JsonSerializer.Deserialize(response.Input, WireJson.Plain.ResponseItems) ?? []);
            items.AddRange(JsonSerializer.Deserialize(response.Body, WireJson.Plain.ResponseAnswer)?.Output ?? []);
        }

        return items;
    }

    private async Task StreamAsync(HttpContext context, RequestScope scope, ResponsesRequest request, GenerationCall call, AnswerRun run)
    {
        using var output = new EventStream(context, clock, options.KeepAliveInterval);
        var builder = new ResponseBuilder(request.Asked, call, ids, told => output.Write(told.Type, told, WireJson.Plain.ResponseEvent));
        try
        {
            await run.StreamAsync(output, scope, _ => builder.Begin(), (_, part) => builder.Add(part));

            // Kept before its end is told: who hears of it can ask for it.
            await KeepAsync(request, builder.Response, scope.Cancellation);
            builder.End();
            await output.FlushAsync(scope.Cancellation);
        }
        catch (Exception error) when (output.IsOpen && !IsAbandoned(context, scope, error))
        {
            var api = errors.Describe(scope, error);
            builder.Fail(CodeOf(api), api.Message, api.Code);
            await KeepAsync(request, builder.Response, context.RequestAborted);
            await output.FlushAsync(context.RequestAborted);
        }
        catch (Exception error) when (output.IsOpen)
        {
            await errors.EndAsync(context, scope, output, error);
        }
    }

    private static bool IsAbandoned(HttpContext context, RequestScope scope, Exception error) =>
        context.RequestAborted.IsCancellationRequested || (error is OperationCanceledException && !scope.IsTimedOut);

    private static string CodeOf(ApiException error) => error.Status == StatusCodes.Status429TooManyRequests ? "rate_limit_exceeded" : "server_error";

    private async Task BeginAsync(HttpContext context, ResponsesRequest request, ChatRequest chat, GenerationCall call)
    {
        background.Reserve();
        try
        {
            await store.AddAsync(Stored(request, request.Asked), context.RequestAborted);
        }
        catch
        {
            background.Release();
            throw;
        }

        var lease = RequestScope.Of(context).TakeLease();
        background.Start(request.Asked.Id, cancellation => RunAsync(request, chat, call, lease, cancellation));
        await JsonAnswer.WriteAsync(context, request.Asked, WireJson.Plain.ResponseAnswer);
    }

    /// <summary>Runs a response apart from its request, with a trace of its own; whatever happens, the store says how it ended.</summary>
    private async Task RunAsync(ResponsesRequest request, ChatRequest chat, GenerationCall call, ModelLease? lease, CancellationToken cancellation)
    {
        using var held = lease;
        using var scope = new RequestScope(ids.NewId("req"), clock, options.RequestTimeout, cancellation) { PromptParameter = "input" };
        scope.Trace = new RequestTrace(source.Activities, clock, options.StoresContent, scope.RequestId, "/v1/responses", "chat");
        Trace(scope.Trace, request, chat, call);
        var builder = new ResponseBuilder(request.Asked, call, ids, null);
        try
        {
            scope.Trace.Submit(call, isStreamed: false);
            await using var run = AnswerRun.Start(call, ids, "call", scope.Cancellation);
            await run.EachAsync(
                scope.Trace,
                () => store.UpdateAsync(Stored(request, builder.Response), scope.Cancellation),
                (_, part) => builder.Add(part),
                scope.Cancellation);
        }
        catch (OperationCanceledException) when (background.Stopping.IsCancellationRequested)
        {
            scope.Trace.Cancel();
            builder.Fail(Interrupted.Code, Interrupted.Message, null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            scope.Trace.Cancel();
            builder.Cancel();
        }
        catch (Exception error)
        {
            var api = errors.Describe(scope, error);
            builder.Fail(CodeOf(api), api.Message, api.Code);
        }

        try
        {
            await store.UpdateAsync(Stored(request, builder.Response), CancellationToken.None);
        }
        catch (GyreException error)
        {
            // Nobody waits for this run: the log and the trace hear of it, and GET tells it as interrupted.
            errors.Describe(scope, error);
        }
    }
}
