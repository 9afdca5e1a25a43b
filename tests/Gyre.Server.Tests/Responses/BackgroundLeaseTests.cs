using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Gyre.Models;
using Gyre.Server.Hosting;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Responses;

/// <summary>A response in the background uses its model after its request has ended: the model stays as long.</summary>
public sealed class BackgroundLeaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-lease-").FullName;
    private readonly ConcurrentQueue<string> _closed = new();
    private readonly FakeGenerator _slow = new() { Delay = TimeSpan.FromMilliseconds(10) };

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_model_stays_for_its_background_response_while_another_wants_its_room_and_goes_when_it_has_ended()
    {
        await using var server = await StartAsync();
        var id = await BeginAsync(server, new string('x', 150));
        await Eventually.TrueAsync(() => _slow.Running == 1);

        var refused = await AskAsync(server, "second");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await refused.ErrorAsync()).Code.ShouldBe("SRV0124");
        _closed.ShouldBeEmpty();
        (await StatusAsync(server, id)).ShouldBe("in_progress");

        await Eventually.TrueAsync(async () => await StatusAsync(server, id) == "completed");
        (await GetAsync(server, id)).GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe(new string('X', 150));
        (await AnswersAsync(server, "second")).ShouldBeTrue();
        _closed.ShouldBe(["first"]);
    }

    [Fact]
    public async Task Cancelling_a_background_response_gives_its_model_back()
    {
        await using var server = await StartAsync();
        var id = await BeginAsync(server, new string('x', 3000));
        await Eventually.TrueAsync(() => _slow.Running == 1);
        (await AskAsync(server, "second")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        var cancelled = await (await server.Http.PostAsync(new Uri($"v1/responses/{id}/cancel", UriKind.Relative), null)).JsonAsync();

        cancelled.GetProperty("status").GetString().ShouldBe("cancelled");
        _slow.Running.ShouldBe(0);
        (await AnswersAsync(server, "second")).ShouldBeTrue();
        _closed.ShouldBe(["first"]);
        (await StatusAsync(server, id)).ShouldBe("cancelled");
    }

    private static Task<HttpResponseMessage> AskAsync(TestServer server, string alias) =>
        server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"{{alias}}","messages":[{"role":"user","content":"a"}]}""");

    /// <summary>Whether an alias answers soon: the lease is given back a moment after the response is told to have ended.</summary>
    private static async Task<bool> AnswersAsync(TestServer server, string alias)
    {
        await Eventually.TrueAsync(async () => (await AskAsync(server, alias)).IsSuccessStatusCode);
        return true;
    }

    private static async Task<string> BeginAsync(TestServer server, string input)
    {
        var begun = await (await server.Http.SendJsonAsync("v1/responses", JsonSerializer.Serialize(new { model = "first", input, background = true }))).JsonAsync();
        return begun.GetProperty("id").GetString().ShouldNotBeNull();
    }

    private static async Task<JsonElement> GetAsync(TestServer server, string id) => await (await server.Http.GetAsync(new Uri("v1/responses/" + id, UriKind.Relative))).JsonAsync();

    private static async Task<string?> StatusAsync(TestServer server, string id) => (await GetAsync(server, id)).GetProperty("status").GetString();

    /// <summary>Two models of 100 bytes in a server that may hold 150.</summary>
    private Task<TestServer> StartAsync()
    {
        var aliases = "default: first\naliases:\n";
        foreach (var name in (string[])["first", "second"])
        {
            var path = Path.Combine(_folder, name + ".gguf");
            using var file = File.Create(path);
            file.SetLength(100);
            aliases += $"  {name}:\n    model: {path}\n";
        }

        return TestServer.StartAsync(
            options => options with
            {
                MaxModelBytes = 150,
                OpenModel = (path, _) =>
                {
                    var name = Path.GetFileNameWithoutExtension(path);
                    var decoder = new FakeDecoder { OnDispose = () => _closed.Enqueue(name) };
                    return Task.FromResult(new LanguageModel(name, "", new FakeByteTokenizer(), null, decoder, name == "first" ? _slow : new FakeGenerator()));
                },
            },
            aliases,
            _folder);
    }
}
