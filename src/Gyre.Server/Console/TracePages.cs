using Gyre.Contracts;
using Gyre.Observability;
using Gyre.Server.Catalog;
using Gyre.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gyre.Server.Console;

/// <summary>Answers <c>/traces</c> and <c>/traces/{id}</c>: reads the store and renders the pages.</summary>
internal sealed class TracePages(TraceStore store, TraceRecorder recorder, AliasCatalog aliases, TimeProvider clock)
{
    /// <summary>A trace follows its request within this time; a reader may be faster.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var filter = TraceFilter.Read(context.Request.Query);
        TracePage? page = null;
        var (problem, code, status) = ("", "", StatusCodes.Status200OK);
        try
        {
            page = await store.ListAsync(filter.ToQuery(clock.GetUtcNow()), context.RequestAborted);
        }
        catch (ApiException error)
        {
            (problem, code, status) = (error.Message, error.Code ?? "", error.Status);
        }
        catch (GyreException error)
        {
            // OBS0002: the page's first trace is gone. All else is the database's fault.
            (problem, code, status) = (error.Message, error.Code, error is ObservabilityException ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable);
        }

        var current = aliases.Current;
        IEnumerable<string> models = current.Aliases.Select(alias => alias.Name);
        return new RazorComponentResult<TracesPage>(new
        {
            Filter = filter,
            Models = (filter.Model.Length == 0 ? models : models.Append(filter.Model).Distinct(StringComparer.Ordinal)).ToArray(),
            Page = page,
            Problem = problem,
            ProblemCode = code,
            WriteFailure = recorder.Counts.LastError ?? "",
            Curl = Curl(context.Request, current.DefaultName),
        })
        {
            StatusCode = status,
        };
    }

    public async Task<IResult> GetAsync(HttpContext context)
    {
        var id = context.GetRouteValue("id") as string ?? "";
        if (await FindAsync(id, context.RequestAborted) is { } trace)
        {
            return new RazorComponentResult<TraceDetailPage>(new { Trace = trace });
        }

        return new RazorComponentResult<MessagePage>(new
        {
            Title = "No such trace",
            Text = "There is no trace of this id. A trace is written within a second after its request has ended; the oldest are removed when there are too many.",
            Links = new[] { ("Look again", "/traces/" + Uri.EscapeDataString(id)), ("All traces", "/traces") },
            Active = "traces",
        })
        {
            StatusCode = StatusCodes.Status404NotFound,
        };
    }

    private async Task<TraceDetail?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            if (await store.FindAsync(id, cancellationToken) is { } trace)
            {
                return trace;
            }

            if (clock.GetElapsedTime(started) >= Patience)
            {
                return null;
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private static string Curl(HttpRequest request, string model) =>
        $$"""curl -N {{request.Scheme}}://{{request.Host}}/v1/chat/completions -H 'content-type: application/json' -d '{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"Hello! What can you do?"}]}'""";
}
