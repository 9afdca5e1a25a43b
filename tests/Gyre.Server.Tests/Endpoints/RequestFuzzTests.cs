using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Whatever a request says, the answer is a result or an error that names the request's fault, never the server's.</summary>
public class RequestFuzzTests
{
    private const int Rounds = 300;

    private const string Chat =
        """{"model":"gyre","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"hé"}],"name":"n"}],"temperature":0.5,"top_p":0.9,"max_completion_tokens":9,"n":2,"seed":5,"stop":["a","b"],"logprobs":true,"top_logprobs":2,"frequency_penalty":0.5,"logit_bias":{"65":1.5},"user":"u","tool_choice":"auto","tools":[],"metadata":{"a":"b"},"stream":false}""";

    private const string Completion =
        """{"model":"gyre","prompt":["a",[104,105]],"temperature":0.5,"max_tokens":9,"n":1,"best_of":1,"seed":5,"stop":"z","logprobs":2,"echo":true,"presence_penalty":-0.5,"logit_bias":{"65":-1.5},"stream":true,"stream_options":{"include_usage":true}}""";

    private const string Message =
        """{"model":"gyre","max_tokens":9,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":"hé"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r"},{"type":"text","text":"x"}]}],"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"},"stop_sequences":["z"],"temperature":0.5,"metadata":{"user_id":"u"},"stream":false}""";

    private const string Response =
        """{"model":"gyre","input":[{"role":"user","content":[{"type":"input_text","text":"hé"}]},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"r"}],"instructions":"i","max_output_tokens":9,"tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],"tool_choice":"auto","text":{"format":{"type":"json_schema","name":"n","schema":{"enum":["a"]}}},"metadata":{"a":"b"},"include":["message.output_text.logprobs"],"top_logprobs":1,"truncation":"auto","store":true}""";

    private const string Tooled =
        """{"model":"gyre","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"enum":[1,2]}}}}}],"tool_choice":{"type":"function","function":{"name":"f"}},"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"enum":["a"]}}},"max_tokens":50}""";

    private const string Vectors = """{"model":"gyre","input":["a","b"],"encoding_format":"base64","dimensions":2}""";

    private const string Ranking = """{"model":"gyre","query":"q","documents":["a",{"text":"b"},"c","d","e","f"],"top_n":1,"return_documents":false,"user":"someone who ranks a lot"}""";

    private const string Tokens = """{"messages":[{"role":"user","content":"hé"},{"role":"assistant","content":"b"}],"add_generation_prompt":true,"return_token_strs":true}""";

    private const string Socket =
        """{"type":"chat","model":"gyre","messages":[{"role":"user","content":"hé"}],"temperature":0.5,"max_tokens":9,"seed":5,"stop":["a"],"top_k":3,"min_p":0.1}""";

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "3", "0.5", "1e400", "-1e400", "2147483648", "-2147483649", "9223372036854775808", "99999999999999999999999", "\"\"", "\"x\"", "\"\\ud800\"",
        "\"\\u0000\"", "[]", "{}", "[[]]", "[null]", "[1, \"a\"]", "[[1], [-1]]", "[300, 99999]", "{\"65\": 1e9}", "{\"\\udc00\": 1}", "{\"-1\": 0}", "{\"type\": \"text\"}", "[{\"role\": \"user\"}]",
        "[{\"role\": \"user\", \"content\": null}]", "[{\"role\": \"assistant\", \"content\": [{}]}]", "{\"type\": \"json_object\"}",
    ];

    [Theory]
    [InlineData("/v1/chat/completions", Chat, 61)]
    [InlineData("/v1/completions", Completion, 62)]
    [InlineData("/v1/chat/completions", Tooled, 64)]
    [InlineData("/v1/messages", Message, 65)]
    [InlineData("/v1/responses", Response, 66)]
    [InlineData("/v1/embeddings", Vectors, 67)]
    [InlineData("/v1/rerank", Ranking, 68)]
    [InlineData("/tokenize", Tokens, 69)]
    public async Task Changed_requests_are_answered_or_refused(string path, string body, ulong seed)
    {
        await using var server = await TestServer.StartAsync(embeds: true);
        using var unchanged = await SendAsync(server, path, Encoding.UTF8.GetBytes(body));
        ((int)unchanged.StatusCode).ShouldBe(200);
        var random = new SeededRandom(seed);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var changed = Changed(body, random);
            using var response = await SendAsync(server, path, changed);

            var text = await response.Content.ReadAsStringAsync();
            ((int)response.StatusCode).ShouldBeLessThan(500, Encoding.UTF8.GetString(changed));
            text.ShouldNotContain("SRV0199", customMessage: Encoding.UTF8.GetString(changed));
            if ((int)response.StatusCode >= 400)
            {
                refused++;
                var code = path == "/v1/messages" ? (await response.JsonAsync()).GetProperty("error").GetProperty("code").GetString() : (await response.ErrorAsync()).Code;
                code.ShouldNotBeNull(Encoding.UTF8.GetString(changed));
            }
        }

        refused.ShouldBeInRange(Rounds / 20, Rounds * 19 / 20); // Otherwise the changes would no longer reach both ends.
    }

    [Fact]
    public async Task A_prompt_of_ids_with_bytes_that_are_no_text_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        using var response = await SendAsync(server, "/v1/completions", [.. """{"model":"gyre","prompt":[1,"x"""u8, 0xFF, .. "\"]}"u8]);

        ((int)response.StatusCode).ShouldBe(400);
        (await response.ErrorAsync()).Param.ShouldBe("prompt[1]");
    }

    [Fact]
    public async Task Changed_socket_messages_are_answered_or_refused_and_the_socket_goes_on()
    {
        await using var server = await TestServer.StartAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server.Host.Address) { Scheme = "ws", Path = "/ws/chat" }.Uri, timeout.Token);
        var random = new SeededRandom(63);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var changed = Changed(Socket, random);
            await socket.SendAsync(changed, WebSocketMessageType.Binary, endOfMessage: true, timeout.Token);

            JsonElement last;
            do
            {
                last = await ReadAsync(socket, timeout.Token);
            }
            while (last.GetProperty("type").GetString() is not ("done" or "error"));
            if (last.GetProperty("type").GetString() == "error")
            {
                refused++;
                last.GetProperty("error").GetProperty("type").GetString().ShouldBe("invalid_request_error", Encoding.UTF8.GetString(changed));
            }
        }

        refused.ShouldBeInRange(Rounds / 20, Rounds * 19 / 20);
    }

    private static async Task<HttpResponseMessage> SendAsync(TestServer server, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await server.Http.PostAsync(path, content);
    }

    /// <summary>Fewer parameters, other values in the right form, or other bytes.</summary>
    private static byte[] Changed(string body, SeededRandom random)
    {
        var kind = random.NextInt32(4);
        if (kind == 0)
        {
            var shorter = JsonNode.Parse(body)!.AsObject(); // Valid: written above.
            for (var change = random.NextInt32(1, 5); change > 0 && shorter.Count > 0; change--)
            {
                shorter.Remove(random.Pick([.. shorter.Select(pair => pair.Key)]));
            }

            return Encoding.UTF8.GetBytes(shorter.ToJsonString());
        }

        if (kind < 3)
        {
            var json = JsonNode.Parse(body)!.AsObject(); // Valid: written above.
            var names = json.Select(pair => pair.Key).ToArray();
            var text = json.ToJsonString();
            for (var change = random.NextInt32(1, 3); change > 0; change--)
            {
                var name = random.Pick(names);
                var value = json[name]!.ToJsonString(); // Present: one of its own names.
                text = text.Replace($"\"{name}\":{value}", $"\"{name}\":{random.Pick(Values)}", StringComparison.Ordinal);
            }

            return Encoding.UTF8.GetBytes(text);
        }

        var bytes = Encoding.UTF8.GetBytes(body).ToList();
        for (var change = random.NextInt32(1, 3); change > 0; change--)
        {
            var at = random.NextInt32(bytes.Count);
            switch (random.NextInt32(3))
            {
                case 0:
                    bytes[at] = (byte)random.NextInt32(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.NextInt32(1, 9), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(random.Pick(Values)));
                    break;
            }
        }

        return [.. bytes];
    }

    private static async Task<JsonElement> ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            part.MessageType.ShouldBe(WebSocketMessageType.Text);
            length += part.Count;
        }
        while (!part.EndOfMessage);
        using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
        return document.RootElement.Clone();
    }
}
