using Gyre.Observability;
using Gyre.Server.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Gyre.Server.Tests.Console;

/// <summary>Makes traces, and waits until they are written.</summary>
internal static class TracesOf
{
    /// <summary>Sends one message and returns the id of its trace, once it is written.</summary>
    public static async Task<string> AskAsync(TestServer server, string model, string text, string more = "")
    {
        var before = Written(server);
        var response = await server.Http.SendJsonAsync(
            "v1/chat/completions",
            $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}]{{more}}}""");
        await WrittenAsync(server, before + 1);
        return response.Headers.GetValues("x-request-id").Single();
    }

    public static Task WrittenAsync(TestServer server, long count) => Eventually.TrueAsync(() => Written(server) >= count);

    private static long Written(TestServer server) => server.Host.Services.GetRequiredService<TraceRecorder>().Counts.Written;
}
