using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gyre.Evaluation.Endpoints;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Tests.Endpoints;

public sealed class OpenAiChatClientTests
{
    private const string Answer = """{"id":"a","model":"m-1","choices":[{"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""";

    [Fact]
    public async Task Messages_and_options_are_sent_in_the_endpoints_words_and_the_answer_is_read()
    {
        var server = new Server(_ => Answer);
        using var client = Client(server);

        var response = await client.GetResponseAsync(
            [new(ChatRole.System, "Be short."), new(ChatRole.User, "Hi")],
            new ChatOptions { Temperature = 0, MaxOutputTokens = 7, Seed = 3, StopSequences = ["\n"], TopP = 0.5f, ResponseFormat = ChatResponseFormat.Json });

        (response.Text, response.ModelId, response.FinishReason, response.Usage!.InputTokenCount, response.Usage.OutputTokenCount).ShouldBe(("Hello.", "m-1", ChatFinishReason.Stop, 3, 2));
        var sent = server.Requests.ShouldHaveSingleItem();
        sent.Path.ShouldBe("/v1/chat/completions");
        sent.Authorization.ShouldBe("Bearer key");
        sent.Body.ToJsonString().ShouldBe("""{"model":"m","messages":[{"role":"system","content":"Be short."},{"role":"user","content":"Hi"}],"stream":false,"temperature":0,"top_p":0.5,"max_tokens":7,"seed":3,"stop":["\n"],"response_format":{"type":"json_object"}}""");
    }

    [Fact]
    public async Task A_schema_is_sent_whole()
    {
        var server = new Server(_ => Answer);
        using var client = Client(server);

        await client.GetResponseAsync("Hi", new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement.Parse("""{"type":"object"}"""), "verdict") });

        server.Requests.Single().Body["response_format"]!.ToJsonString().ShouldBe("""{"type":"json_schema","json_schema":{"name":"verdict","schema":{"type":"object"},"strict":true}}""");
    }

    [Fact]
    public async Task A_stream_is_the_whole_answer()
    {
        using var client = Client(new Server(_ => Answer));
        var text = new StringBuilder();
        await foreach (var update in client.GetStreamingResponseAsync("Hi"))
        {
            text.Append(update.Text);
        }

        text.ToString().ShouldBe("Hello.");
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_and_a_refusing_one_is_not()
    {
        var busy = new Server(count => count < 3 ? (HttpStatusCode)429 : HttpStatusCode.OK, Answer);
        using var client = Client(busy);
        (await client.GetResponseAsync("Hi")).Text.ShouldBe("Hello.");
        busy.Requests.Count.ShouldBe(3);

        var refusing = new Server(_ => HttpStatusCode.BadRequest, """{"error":{"message":"no such model"}}""");
        using var other = Client(refusing);
        var error = await Should.ThrowAsync<EvaluationException>(other.GetResponseAsync("Hi"));
        error.Code.ShouldBe("EVA0069");
        error.Message.ShouldContain("no such model");
        refusing.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[{"message":{"content":null}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":"\ud800"}}]}""")]
    [InlineData("""{"choices":[{"message":{"content":[{"type":"text"}]}}]}""")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task An_answer_of_another_form_is_refused(string answer)
    {
        using var client = Client(new Server(_ => answer));

        (await Should.ThrowAsync<EvaluationException>(client.GetResponseAsync("Hi"))).Code.ShouldBe("EVA0069");
    }

    [Fact]
    public async Task What_cannot_be_sent_is_refused_rather_than_dropped()
    {
        var server = new Server(_ => Answer);
        using var client = Client(server);

        await Should.ThrowAsync<ArgumentException>(client.GetResponseAsync("Hi", new ChatOptions { TopK = 3 }));
        await Should.ThrowAsync<ArgumentException>(client.GetResponseAsync([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])]));
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://localhost:5080", "http://localhost:5080/")]
    [InlineData("http://localhost:5080/v1/", "http://localhost:5080/")]
    [InlineData("https://example.com/openai/v1", "https://example.com/openai/")]
    public void An_address_may_end_with_the_version(string address, string expected)
    {
        using var client = OpenAiServer.Connect(address, null, TimeSpan.FromSeconds(1));
        client.BaseAddress!.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("localhost:5080", "key")]
    [InlineData("ftp://example.com", "key")]
    [InlineData("http://user:secret@example.com", "key")]
    [InlineData("http://example.com", "a\nb")]
    [InlineData("http://example.com", "")]
    public void An_address_or_key_that_cannot_be_used_is_refused(string address, string key) =>
        Should.Throw<EvaluationException>(() => OpenAiServer.Connect(address, key, TimeSpan.FromSeconds(1))).Code.ShouldBe("EVA0069");

    private static OpenAiChatClient Client(Server server)
    {
        var http = new HttpClient(server) { BaseAddress = new Uri("http://localhost/") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "key");
        return new OpenAiChatClient(http, new OpenAiChatOptions { Model = "m", FirstWait = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
    }

    private sealed class Server(Func<int, HttpStatusCode> status, string answer) : HttpMessageHandler
    {
        public Server(Func<JsonObject, string> answer)
            : this(_ => HttpStatusCode.OK, answer([]))
        {
        }

        public List<(string Path, string Authorization, JsonObject Body)> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request.RequestUri!.AbsolutePath, request.Headers.Authorization!.ToString(), JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!.AsObject()));
            return new HttpResponseMessage(status(Requests.Count)) { Content = new StringContent(answer) };
        }
    }
}
