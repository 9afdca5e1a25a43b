using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

public class ChatSocketTests
{
    private const string Hello = """{"type":"chat","messages":[{"role":"user","content":"hé"}]}""";

    [Fact]
    public async Task A_message_is_answered_by_start_deltas_and_done()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);

        await SendAsync(socket, Hello);
        var events = await ReadUntilAsync(socket, "done");

        events.Select(Type).ShouldBe(["start", "delta", "delta", "done"]);
        events[0].GetProperty("model").GetString().ShouldBe("gyre");
        string.Concat(events[1..3].Select(item => item.GetProperty("content").GetString())).ShouldBe("HÉ");
        events[^1].GetProperty("finish_reason").GetString().ShouldBe("stop");
        events[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task One_socket_answers_many_messages()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);

        for (var i = 0; i < 3; i++)
        {
            await SendAsync(socket, Hello);
            (await ReadUntilAsync(socket, "done")).Count.ShouldBe(4);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task A_stop_message_ends_the_answer_and_the_socket_goes_on()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = new string('x', 100_000);
        server.Generator.Delay = TimeSpan.FromMilliseconds(5);
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Hello);
        (await ReadAsync(socket)).GetProperty("type").GetString().ShouldBe("start");

        await SendAsync(socket, """{"type":"stop"}""");
        var events = await ReadUntilAsync(socket, "done");

        events[^1].GetProperty("finish_reason").GetString().ShouldBe("cancelled");
        await Eventually.TrueAsync(() => server.Generator.Running == 0);
        server.Generator.Answer = "again";
        await SendAsync(socket, Hello);
        (await ReadUntilAsync(socket, "done"))[^1].GetProperty("finish_reason").GetString().ShouldBe("stop");
    }

    [Fact]
    public async Task A_second_message_while_answering_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = new string('x', 50);
        server.Generator.Delay = TimeSpan.FromMilliseconds(5);
        using var socket = await ConnectAsync(server);

        await SendAsync(socket, Hello);
        await SendAsync(socket, Hello);

        var events = await ReadUntilAsync(socket, "done");
        events.Single(item => Type(item) == "error").GetProperty("error").GetProperty("code").GetString().ShouldBe("SRV0161");
    }

    [Theory]
    [InlineData("nonsense", "SRV0104")]
    [InlineData("""{"messages":[]}""", "SRV0112")]
    [InlineData("""{"type":"dance"}""", "SRV0114")]
    [InlineData("""{"type":"chat","messages":[{"role":"user","content":"x"}],"stream":true}""", "SRV0110")]
    [InlineData("""{"type":"chat","model":"none","messages":[{"role":"user","content":"x"}]}""", "model_not_found")]
    public async Task A_bad_message_is_an_error_and_the_socket_goes_on(string message, string code)
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);

        await SendAsync(socket, message);
        var error = await ReadAsync(socket);

        error.GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("error").EnumerateObject().Count().ShouldBe(4);
        await SendAsync(socket, Hello);
        await ReadUntilAsync(socket, "done");
    }

    [Fact]
    public async Task A_client_that_vanishes_frees_its_place()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = new string('x', 100_000);
        server.Generator.Delay = TimeSpan.FromMilliseconds(5);
        var socket = await ConnectAsync(server);
        await SendAsync(socket, Hello);
        await ReadAsync(socket);

        socket.Abort();

        await Eventually.TrueAsync(() => server.Generator.Running == 0);
    }

    [Fact]
    public async Task A_message_beyond_the_limit_closes_the_socket()
    {
        await using var server = await TestServer.StartAsync(options => options with { MaxRequestBytes = 2048 });
        using var socket = await ConnectAsync(server);

        await SendAsync(socket, new string(' ', 10_000));
        var result = await socket.ReceiveAsync(new byte[1024], CancellationToken.None);

        result.CloseStatus.ShouldBe(WebSocketCloseStatus.MessageTooBig);
    }

    [Fact]
    public async Task A_stopping_server_finishes_the_answer_and_closes()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = new string('x', 100);
        server.Generator.Delay = TimeSpan.FromMilliseconds(5);
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Hello);
        await ReadAsync(socket);

        var stopping = server.Host.StopAsync();
        var events = await ReadUntilAsync(socket, "done");
        var last = await socket.ReceiveAsync(new byte[1024], CancellationToken.None);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);

        events.Count(item => Type(item) == "delta").ShouldBe(100);
        last.CloseStatus.ShouldBe(WebSocketCloseStatus.EndpointUnavailable);
        await stopping;
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestServer server)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server.Host.Address) { Scheme = "ws", Path = "/ws/chat" }.Uri, CancellationToken.None);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private static async Task<JsonElement> ReadAsync(ClientWebSocket socket)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), timeout.Token);
            part.MessageType.ShouldBe(WebSocketMessageType.Text);
            length += part.Count;
            if (part.EndOfMessage)
            {
                using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
                return document.RootElement.Clone();
            }
        }
    }

    private static async Task<List<JsonElement>> ReadUntilAsync(ClientWebSocket socket, string type)
    {
        var events = new List<JsonElement>();
        do
        {
            events.Add(await ReadAsync(socket));
        }
        while (Type(events[^1]) != type);
        return events;
    }

    private static string? Type(JsonElement item) => item.GetProperty("type").GetString();
}
