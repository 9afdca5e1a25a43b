using Gyre.Server.Catalog;
using Gyre.Server.Http;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>GET <c>/health</c> (the process lives) and <c>/health/ready</c> (the default model can answer).</summary>
internal sealed class HealthEndpoints(AliasCatalog aliases, ModelPool models, DefaultModelLoad defaultLoad, DrainState drain)
{
    public Task LiveAsync(HttpContext context) =>
        JsonAnswer.WriteAsync(context, new Health { Status = "ok" }, WireJson.Plain.Health);

    public Task ReadyAsync(HttpContext context)
    {
        var alias = aliases.Current.Default;
        if (!drain.IsDraining && models.Find(alias) is null)
        {
            defaultLoad.Ensure(drain.Stopping);
        }

        var health = drain.IsDraining ? new Health { Status = "draining", Reason = "The server is stopping." }
            : models.Find(alias) is not null ? new Health { Status = "ok", Reason = aliases.Fault is { } fault ? $"{fault.Message} ({fault.Code})" : null }
            : defaultLoad.Failure is { } failure ? new Health { Status = "failing", Reason = failure }
            : new Health { Status = "loading", Reason = $"The model of '{alias.Name}' is being loaded." };
        context.Response.StatusCode = health.Status == "ok" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return JsonAnswer.WriteAsync(context, health, WireJson.Plain.Health);
    }
}
