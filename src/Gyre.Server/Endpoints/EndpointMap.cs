using Gyre.Server.Http;

namespace Gyre.Server.Endpoints;

/// <summary>Every route of the server, one line each.</summary>
internal static class EndpointMap
{
    public static void MapGyre(this WebApplication app)
    {
        var services = app.Services;
        var chat = services.GetRequiredService<ChatCompletionsEndpoint>();
        var completions = services.GetRequiredService<CompletionsEndpoint>();
        var generate = services.GetRequiredService<GenerateEndpoint>();
        var socket = services.GetRequiredService<ChatSocketEndpoint>();
        var traces = services.GetRequiredService<TracesEndpoint>();
        var management = services.GetRequiredService<ManagementModelsEndpoint>();
        var models = services.GetRequiredService<ModelsEndpoint>();
        var health = services.GetRequiredService<HealthEndpoints>();

        Map(app, HttpMethods.Post, "/v1/chat/completions", chat.HandleAsync).WithMetadata(new TracedOperation("chat"));
        Map(app, HttpMethods.Post, "/v1/completions", completions.HandleAsync).WithMetadata(new TracedOperation("text_completion"));
        Map(app, HttpMethods.Post, "/generate", generate.HandleAsync).WithMetadata(new TracedOperation("generate_content"));
        Map(app, HttpMethods.Get, "/ws/chat", socket.HandleAsync);
        Map(app, HttpMethods.Get, "/api/traces", traces.ListAsync);
        Map(app, HttpMethods.Get, "/api/traces/{id}", traces.GetAsync);
        Map(app, HttpMethods.Get, "/api/models", management.ListAsync);
        Map(app, HttpMethods.Get, "/v1/models", models.ListAsync);
        Map(app, HttpMethods.Get, "/v1/models/{**model}", models.GetAsync);
        Map(app, HttpMethods.Get, "/health", health.LiveAsync);
        Map(app, HttpMethods.Get, "/health/ready", health.ReadyAsync);
    }

    /// <summary>Handlers take the context itself: no parameter binding is compiled at start.</summary>
    private static IEndpointConventionBuilder Map(WebApplication app, string method, string pattern, RequestDelegate handler) =>
        app.MapMethods(pattern, [method], handler).WithMetadata(handler.Method);
}
