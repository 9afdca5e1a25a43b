using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>The bodies of all requests together are bounded; a body counts until its request is answered.</summary>
public class BodyBudgetTests
{
    private const int Limit = 4000;
    private const int MoreThanHalf = 2500;

    [Fact]
    public async Task A_body_for_which_there_is_no_room_is_refused_until_another_is_answered()
    {
        await using var server = await StartAsync();
        var first = await HoldAsync(server);

        var refused = await server.Http.SendJsonAsync("v1/chat/completions", Chat(MoreThanHalf));
        var small = await server.Http.SendJsonAsync("v1/chat/completions", Chat(10));

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        var error = await refused.ErrorAsync();
        error.Code.ShouldBe("SRV0108");
        error.Type.ShouldBe("rate_limit_error");
        error.Message.ShouldContain("4,000 bytes");
        small.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);

        // The answer reaches the client a moment before its request ends.
        await Eventually.TrueAsync(async () => (await server.Http.SendJsonAsync("v1/chat/completions", Chat(MoreThanHalf))).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_socket_is_told_and_closed_when_there_is_no_room_for_its_message()
    {
        await using var server = await StartAsync();
        var first = await HoldAsync(server);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server.Host.Address) { Scheme = "ws", Path = "/ws/chat" }.Uri, CancellationToken.None);

        await socket.SendAsync(Encoding.UTF8.GetBytes(Chat(MoreThanHalf)), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[4096];
        var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
        using var message = JsonDocument.Parse(buffer.AsMemory(0, part.Count));
        var last = await socket.ReceiveAsync(buffer, CancellationToken.None);

        message.RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe("SRV0108");
        ((int?)last.CloseStatus).ShouldBe(1013);
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync(options => options with { MaxRequestBytes = Limit, MaxBodyBytes = Limit });
        server.Generator.Answer = new string('x', 100);
        return server;
    }

    /// <summary>A request with a long body whose answer takes two seconds; returns once it is being answered.</summary>
    private static async Task<Task<HttpResponseMessage>> HoldAsync(TestServer server)
    {
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);
        var answer = server.Http.SendJsonAsync("v1/chat/completions", Chat(MoreThanHalf));
        await Eventually.TrueAsync(() => server.Generator.Running > 0);
        return answer;
    }

    private static string Chat(int length) => $$"""{"model":"gyre","messages":[{"role":"user","content":"{{new string('x', length)}}"}]}""";
}
