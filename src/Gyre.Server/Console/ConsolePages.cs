using Gyre.Server.Console.Experiments;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

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
        services.AddSingleton<TracePages>();
        services.AddSingleton<DatasetPages>();
        services.AddSingleton<RatingPages>();
        services.AddSingleton<ExperimentPages>();
        services.AddSingleton<BenchmarkPages>();
        services.AddRazorComponents();
    }

    /// <summary>Maps the pages and their files.</summary>
    public static void Map(WebApplication app)
    {
        app.Use(static async (context, next) =>
        {
            await next(context);
            if (IsPageNotFound(context))
            {
                await ShowNotFoundAsync(context);
            }
        });
        var pages = app.MapGroup("").ExcludeFromDescription().AddEndpointFilter(static (context, next) =>
        {
            Protect(context.HttpContext.Response);
            return next(context);
        });
        pages.MapMethods("/", Methods, () => new RazorComponentResult<ChatPage>());
        pages.MapMethods("/traces", Methods, (TracePages traces, HttpContext context) => traces.ListAsync(context));
        pages.MapMethods("/traces/{id}", Methods, (TracePages traces, HttpContext context) => traces.GetAsync(context));
        pages.MapMethods("/datasets", Methods, (DatasetPages datasets, HttpContext context) => datasets.ListAsync(context));
        pages.MapMethods("/datasets/{name}", Methods, (DatasetPages datasets, HttpContext context) => datasets.GetAsync(context));
        pages.MapMethods("/ratings", Methods, (RatingPages ratings, HttpContext context) => ratings.ListAsync(context));
        pages.MapMethods("/ratings/{name}", Methods, (RatingPages ratings, HttpContext context) => ratings.GetAsync(context));
        pages.MapMethods("/ratings/{name}/rate", Methods, (RatingPages ratings, HttpContext context) => ratings.RateAsync(context));
        pages.MapMethods("/experiments", Methods, (ExperimentPages experiments, HttpContext context) => experiments.ListAsync(context));
        pages.MapMethods("/experiments/compare", Methods, (ExperimentPages experiments, HttpContext context) => experiments.CompareAsync(context));
        pages.MapMethods("/experiments/{id}", Methods, (ExperimentPages experiments, HttpContext context) => experiments.GetAsync(context));
        pages.MapMethods("/experiments/{id}/examples", Methods, (ExperimentPages experiments, HttpContext context) => experiments.ExamplesAsync(context));
        pages.MapMethods("/experiments/{id}/examples/{number}", Methods, (ExperimentPages experiments, HttpContext context) => experiments.ExampleAsync(context));
        pages.MapMethods("/benchmarks", Methods, (BenchmarkPages benchmarks, HttpContext context) => benchmarks.ListAsync(context));
        pages.MapMethods("/benchmarks/{id}", Methods, (BenchmarkPages benchmarks, HttpContext context) => benchmarks.GetAsync(context));
        pages.MapMethods("/favicon.ico", Methods, (ConsoleAssets assets, HttpContext context) => assets.Serve("icon.svg", context));
        pages.MapMethods("/console/{name}", Methods, (string name, ConsoleAssets assets, HttpContext context) => assets.Serve(name, context));
    }

    /// <summary>Nothing but this server's own files may run in a page, and no other site may frame it.</summary>
    private static void Protect(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = ContentPolicy;
        response.Headers["x-content-type-options"] = "nosniff";
        response.Headers["referrer-policy"] = "same-origin";
        response.Headers.CacheControl = "no-cache";
    }

    /// <summary>True when a person's browser asked for an address that is none; programs get the API's own error.</summary>
    private static bool IsPageNotFound(HttpContext context) =>
        context.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false, ContentType: null, ContentLength: null }
        && context.GetEndpoint() is null
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.Request.GetTypedHeaders().Accept.Any(static accept => accept.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase) && accept.Quality is not 0);

    private static Task ShowNotFoundAsync(HttpContext context)
    {
        Protect(context.Response);
        context.Response.Headers.Vary = HeaderNames.Accept;
        return new RazorComponentResult<MessagePage>(new
        {
            Title = "Page not found",
            Text = "There is nothing at this address.",
            Links = new[] { ("Chat", "/"), ("Traces", "/traces") },
        })
        {
            StatusCode = StatusCodes.Status404NotFound,
        }.ExecuteAsync(context);
    }
}
