using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Observability;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>One open chat socket: at most one answer at a time, which a stop message ends early.</summary>
internal sealed class ChatSocketSession(
    WebSocket socket,
    GyreHostOptions options,
    GenerationService generation,
    RequestErrors errors,
    IIdSource ids,
    TimeProvider clock,
    TraceSource source,
    BodyBudget budget) : IDisposable
{
    /// <summary>A buffer that a long message has made larger than this is not kept for the next one.</summary>
    private const int KeptBytes = 64 * 1024;

    /// <summary>RFC 6455's registry of close codes, 1013.</summary>
    private const int TryAgainLater = 1013;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly BodyBudget.Share _share = budget.Open();
    private ArrayBufferWriter<byte> _message = new(4096);
    private CancellationTokenSource? _stop;
    private Task _answering = Task.CompletedTask;

    // False from just before the last event is sent: a client may ask again as soon as it has read that.
    private volatile bool _isAnswering;

    // Sending is cancelled only with the connection: cancelling it for less would break the connection.
    private CancellationToken _aborted;

    /// <summary>Answers messages until either side closes.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        _aborted = aborted;
        using var closing = stopping.Register(() => _ = CloseWhenIdleAsync(aborted));
        try
        {
            while (await ReceiveAsync(aborted))
            {
                await DispatchAsync(aborted);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            // The other side is gone; what runs for it is ended below.
        }

        await StopAnswerAsync();
        await _answering;
        if (socket.State == WebSocketState.CloseReceived)
        {
            await TryCloseAsync(WebSocketCloseStatus.NormalClosure, "");
        }
    }

    /// <summary>Gives back what the last message held.</summary>
    public void Dispose() => _share.Dispose();

    /// <summary>Reads one whole message into the buffer; false when the socket closes.</summary>
    private async Task<bool> ReceiveAsync(CancellationToken aborted)
    {
        if (_message.Capacity > KeptBytes)
        {
            _message = new ArrayBufferWriter<byte>(4096);
        }

        _message.ResetWrittenCount();
        while (true)
        {
            var part = await socket.ReceiveAsync(_message.GetMemory(4096), aborted);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }

            _message.Advance(part.Count);
            if (_message.WrittenCount > options.MaxRequestBytes)
            {
                await TryCloseAsync(WebSocketCloseStatus.MessageTooBig, $"Messages may have {options.MaxRequestBytes} bytes.");
                return false;
            }

            if (!await TryHoldAsync())
            {
                return false;
            }

            if (part.EndOfMessage)
            {
                return true;
            }
        }
    }

    /// <summary>Counts the message's bytes in the budget until the next one comes; closes the socket when there is no room for them.</summary>
    private async Task<bool> TryHoldAsync()
    {
        if (_share.TryResize(_message.WrittenCount))
        {
            return true;
        }

        await SendAsync(new SocketEvent { Type = "error", Error = ErrorBody.From(budget.Full()).Error });
        await TryCloseAsync((WebSocketCloseStatus)TryAgainLater, "The server holds as many messages as it may.");
        return false;
    }

    private async Task DispatchAsync(CancellationToken aborted)
    {
        JsonDocument? body = null;
        try
        {
            body = RequestBody.Parse(_message.WrittenSpan.ToArray());
            var faults = new RequestFaults();
            var reader = new RequestReader(body.RootElement, "", faults);
            var type = reader.ReadString("type", "chat", "stop");
            if (type is null && !faults.Any)
            {
                faults.Add("SRV0112", "type", "'type' is missing; expected 'chat' or 'stop'.");
            }

            faults.ThrowIfAny();
            if (type == "stop")
            {
                reader.AllowOnly("type");
                faults.ThrowIfAny();
                await StopAnswerAsync();
            }
            else if (_isAnswering)
            {
                throw new ApiException(
                    StatusCodes.Status409Conflict,
                    ErrorTypes.InvalidRequest,
                    "SRV0161",
                    "The socket is still answering the message before; expected its 'done'. Send {\"type\":\"stop\"} first, or open another socket.");
            }
            else
            {
                await _answering;
                _isAnswering = true;
                _stop?.Dispose();
                _stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
                _answering = AnswerAsync(body, _stop.Token);
                body = null;
            }
        }
        catch (ApiException error)
        {
            await SendAsync(new SocketEvent { Type = "error", Error = ErrorBody.From(error).Error });
        }
        finally
        {
            body?.Dispose();
        }
    }

    private async Task AnswerAsync(JsonDocument body, CancellationToken stop)
    {
        // Leaves the receiving loop at once, so that a stop message is heard while this answers.
        await Task.Yield();
        using var scope = new RequestScope(ids.NewId("req"), clock, options.RequestTimeout, stop);
        using (body)
        {
            scope.Trace = new RequestTrace(source.Activities, clock, options.StoresContent, scope.RequestId, "/ws/chat", "chat");
            try
            {
                await GenerateAsync(body.RootElement, scope);
            }
            catch (Exception error) when (error is OperationCanceledException && stop.IsCancellationRequested)
            {
                scope.Trace.Cancel();
                _isAnswering = false;
                await SendAsync(new SocketEvent { Type = "done", FinishReason = "cancelled" });
            }
            catch (Exception error)
            {
                _isAnswering = false;
                await SendAsync(new SocketEvent { Type = "error", Error = ErrorBody.From(errors.Describe(scope, error)).Error });
            }
        }
    }

    private async Task GenerateAsync(JsonElement body, RequestScope scope)
    {
        var trace = scope.Trace!; // Set by the caller, right before.
        var faults = new RequestFaults();
        SocketParameters.Table.Check(body, faults);
        var (alias, model) = await generation.ResolveAsync(body, faults, scope, isOptional: true);
        var request = ChatRequest.Read(body, faults, alias, model, options.MaxMessages);
        faults.ThrowIfAny();
        trace.SetInput(request.Turns.Select(turn => (turn.Role, turn.Content)));
        trace.Tag(GenAiAttribute.UserId, request.User);
        var call = generation.Prepare(request, alias, model);
        var id = ids.NewId("chatcmpl");
        trace.Tag(GenAiAttribute.ResponseId, id);
        trace.Submit(call, isStreamed: true);
        await using var choices = ChoiceStream.Start(call, scope.Cancellation);
        var hasBegun = false;
        await foreach (var item in choices.Updates.ReadAllAsync(scope.Cancellation))
        {
            trace.Observe(item);
            if (!hasBegun)
            {
                hasBegun = true;
                await SendAsync(new SocketEvent { Type = "start", Id = id, RequestId = scope.RequestId, Model = alias.Name });
            }

            if (item.Update.Text.Length > 0)
            {
                await SendAsync(new SocketEvent { Type = "delta", Content = item.Update.Text });
            }

            if (item.Update is { FinishReason: { } finish, Usage: { } usage })
            {
                _isAnswering = false;
                await SendAsync(new SocketEvent
                {
                    Type = "done",
                    FinishReason = FinishReasons.Name(finish),
                    Usage = UsageSum.Of(call, [usage]),
                    Timings = Timings.Of(usage, trace.TimeToFirstToken),
                });
            }
        }
    }

    private async Task SendAsync(SocketEvent message)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, WireJson.Plain.SocketEvent);
        await _sending.WaitAsync();
        try
        {
            if (socket.State == WebSocketState.Open)
            {
                await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, _aborted);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            // The other side is gone; the receiving loop meets the same and ends the session.
        }
        finally
        {
            _sending.Release();
        }
    }

    private Task StopAnswerAsync() => _stop?.CancelAsync() ?? Task.CompletedTask;

    /// <summary>The server stops: the answer that runs is finished, then the socket closes.</summary>
    private async Task CloseWhenIdleAsync(CancellationToken aborted)
    {
        try
        {
            await _answering.WaitAsync(aborted);
            await TryCloseAsync(WebSocketCloseStatus.EndpointUnavailable, "The server is stopping.");
        }
        catch (OperationCanceledException)
        {
            // The connection was ended first; there is nothing left to close.
        }
    }

    private async Task TryCloseAsync(WebSocketCloseStatus status, string reason)
    {
        using var timeout = new CancellationTokenSource(CloseTimeout, clock);
        try
        {
            await socket.CloseOutputAsync(status, reason, timeout.Token);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side does not listen any more; the connection ends either way.
        }
    }
}
