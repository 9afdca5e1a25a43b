using Gyre.Server.Catalog;
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
        pages.MapGet("/", (AliasCatalog aliases) => new RazorComponentResult<ChatPage>(
            new { Models = aliases.Current.Aliases.Select(alias => alias.Name).ToArray() }));
        pages.MapGet("/console/{name}", (string name, ConsoleAssets assets, HttpContext context) => assets.Serve(name, context));
    }
}
