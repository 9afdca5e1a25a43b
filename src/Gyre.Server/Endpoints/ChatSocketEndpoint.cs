using Gyre.Contracts;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;

namespace Gyre.Server.Endpoints;

/// <summary>GET <c>/ws/chat</c>: chat over a WebSocket.</summary>
internal sealed class ChatSocketEndpoint(
    GyreHostOptions options,
    GenerationService generation,
    RequestErrors errors,
    DrainState drain,
    BodyBudget budget,
    IIdSource ids,
    TimeProvider clock,
    TraceSource source)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new ApiException(
                StatusCodes.Status426UpgradeRequired,
                ErrorTypes.InvalidRequest,
                "SRV0160",
                "Opening the chat socket failed: the request is plain HTTP; expected a WebSocket handshake. Use a WebSocket client, or POST /v1/chat/completions.")
            { Header = ("Upgrade", "websocket") };
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = options.KeepAliveInterval });
        using var session = new ChatSocketSession(socket, options, generation, errors, ids, clock, source, budget);
        await session.RunAsync(drain.Stopping, context.RequestAborted);
    }
}
