using Gyre.Server.Http;

namespace Gyre.Server.Endpoints;

/// <summary>Every route of the server, one line each.</summary>
internal static class EndpointMap
{
    public static void MapGyre(this WebApplication app)
    {
        var services = app.Services;
        var chat = services.GetRequiredService<ChatCompletionsEndpoint>();
        var models = services.GetRequiredService<ModelsEndpoint>();
        var health = services.GetRequiredService<HealthEndpoints>();

        Map(app, HttpMethods.Post, "/v1/chat/completions", chat.HandleAsync).WithMetadata(new TracedOperation("chat"));
        Map(app, HttpMethods.Get, "/v1/models", models.ListAsync);
        Map(app, HttpMethods.Get, "/v1/models/{**model}", models.GetAsync);
        Map(app, HttpMethods.Get, "/health", health.LiveAsync);
        Map(app, HttpMethods.Get, "/health/ready", health.ReadyAsync);
    }

    /// <summary>Handlers take the context itself: no parameter binding is compiled at start.</summary>
    private static IEndpointConventionBuilder Map(WebApplication app, string method, string pattern, RequestDelegate handler) =>
        app.MapMethods(pattern, [method], handler).WithMetadata(handler.Method);
}
