using Microsoft.AspNetCore.Http.HttpResults;

namespace Gyre.Server.Console;

/// <summary>The one place where the web console is wired into the server.</summary>
/// <remarks>
/// Pages are rendered here, on the server; what moves in them is a script of ours that calls the public API
/// (docs/decisions/2026-11-21-console-without-blazor-script.md).
/// </remarks>
internal static class ConsolePages
{
    private const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Registers what the pages need.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ConsoleAssets>();
        services.AddRazorComponents();
    }

    /// <summary>Maps the pages and their files.</summary>
    public static void Map(WebApplication app)
    {
        var pages = app.MapGroup("").ExcludeFromDescription().AddEndpointFilter(static (context, next) =>
        {
            context.HttpContext.Response.Headers.ContentSecurityPolicy = ContentPolicy;
            context.HttpContext.Response.Headers["x-content-type-options"] = "nosniff";
            return next(context);
        });
        pages.MapMethods("/", Methods, () => new RazorComponentResult<ChatPage>());
        pages.MapMethods("/favicon.ico", Methods, (ConsoleAssets assets, HttpContext context) => assets.Serve("icon.svg", context));
        pages.MapMethods("/console/{name}", Methods, (string name, ConsoleAssets assets, HttpContext context) => assets.Serve(name, context));
    }
}
