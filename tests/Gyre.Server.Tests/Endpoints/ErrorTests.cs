using System.Net;
using System.Text;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>What is wrong with a request is told in the form that clients read, and names its place.</summary>
public class ErrorTests
{
    private const string User = """{"role":"user","content":"hi"}""";

    [Theory]
    [InlineData("", null, "SRV0103", "empty")]
    [InlineData("{\"model\":\n  nope}", null, "SRV0104", "line 2, byte 4")]
    [InlineData("[1]", null, "SRV0105", "array")]
    [InlineData("""{"model":"gyre","model":"x","messages":[]}""", null, "SRV0104", "model")]
    [InlineData("""{"model":"gyre","messages":[USER],"temprature":1}""", "temprature", "SRV0110", "did you mean 'temperature'")]
    [InlineData("""{"model":"gyre","messages":[USER],"audio":{"voice":"x"}}""", "audio", "SRV0111", "text only")]
    [InlineData("""{"model":"gyre"}""", "messages", "SRV0112", "missing")]
    [InlineData("""{"messages":[USER]}""", "model", "SRV0112", "missing")]
    [InlineData("""{"model":"gyre","messages":[USER],"temperature":"hot"}""", "temperature", "SRV0113", "a number")]
    [InlineData("""{"model":"gyre","messages":[USER],"temperature":3}""", "temperature", "SRV0114", "0 to 2")]
    [InlineData("""{"model":"gyre","messages":[USER],"temperature":1e999}""", "temperature", "SRV0114", "0 to 2")]
    [InlineData("""{"model":"gyre","messages":[USER],"max_tokens":1.5}""", "max_tokens", "SRV0113", "whole number")]
    [InlineData("""{"model":"gyre","messages":[USER],"max_tokens":0}""", "max_tokens", "SRV0114", "1 to")]
    [InlineData("""{"model":"gyre","messages":[USER],"max_tokens":5,"max_completion_tokens":6}""", "max_tokens", "SRV0115", "one of them")]
    [InlineData("""{"model":"gyre","messages":[USER],"n":0}""", "n", "SRV0114", "1 to 128")]
    [InlineData("""{"model":"gyre","messages":[USER],"top_logprobs":2}""", "top_logprobs", "SRV0115", "logprobs")]
    [InlineData("""{"model":"gyre","messages":[USER],"stop":["a",1]}""", "stop[1]", "SRV0113", "a string")]
    [InlineData("""{"model":"gyre","messages":[USER],"stop":""}""", "stop", "SRV0114", "one character")]
    [InlineData("""{"model":"gyre","messages":[USER],"logit_bias":{"999":1}}""", "logit_bias", "SRV0114", "0 to 256")]
    [InlineData("""{"model":"gyre","messages":[USER],"logit_bias":{"5":101}}""", "logit_bias.5", "SRV0114", "-100 to 100")]
    [InlineData("""{"model":"gyre","messages":[USER],"stream_options":{"include_usage":true}}""", "stream_options", "SRV0115", "stream")]
    [InlineData("""{"model":"gyre","messages":"hi"}""", "messages", "SRV0113", "list")]
    [InlineData("""{"model":"gyre","messages":[]}""", "messages", "SRV0114", "1 to")]
    [InlineData("""{"model":"gyre","messages":["hi"]}""", "messages[0]", "SRV0113", "object")]
    [InlineData("""{"model":"gyre","messages":[USER,{"role":"robot","content":"x"}]}""", "messages[1].role", "SRV0114", "assistant")]
    [InlineData("""{"model":"gyre","messages":[{"role":"user"}]}""", "messages[0].content", "SRV0112", "missing")]
    [InlineData("""{"model":"gyre","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""", "messages[0].content[0].type", "SRV0116", "text only")]
    [InlineData("""{"model":"gyre","messages":[{"role":"user","content":"\ud800"}]}""", "messages[0].content", "SRV0113", "surrogate")]
    [InlineData("""{"model":"gyre","messages":[USER],"metadata":{"a":1}}""", "metadata.a", "SRV0113", "a string")]
    [InlineData("""{"model":"gyre","messages":[USER],"tool_choice":"\ud800"}""", "tool_choice", "SRV0113", "surrogate")]
    [InlineData("""{"model":"gyre","messages":[USER],"\ud800":1}""", null, "SRV0104", "surrogate")]
    [InlineData("""{"model":"gyre","messages":[USER],"metadata":{"\udc00":"a"}}""", null, "SRV0104", "surrogate")]
    [InlineData("""{"model":"gyre","messages":[USER],"service_tier":"flex"}""", "service_tier", "SRV0114", "'auto' or 'default'")]
    public async Task A_bad_request_is_a_400_that_names_its_place(string body, string? param, string code, string says)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/chat/completions", body.Replace("USER", User, StringComparison.Ordinal));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        error.Type.ShouldBe("invalid_request_error");
        error.Code.ShouldBe(code);
        error.Param.ShouldBe(param);
        error.Message.ShouldContain(says);
        server.Generator.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_faults_of_a_request_are_told_at_once()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","messages":[{"role":"user","content":"x"}],"temperature":9,"top_p":2,"n":"two"}""");

        var error = await response.ErrorAsync();
        error.Message.ShouldContain("'temperature'");
        error.Message.ShouldContain("'top_p'");
        error.Message.ShouldContain("'n'");
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_a_413_that_the_client_can_read()
    {
        await using var server = await TestServer.StartAsync();
        var prompt = new string('x', 10 * 1024 * 1024);

        var response = await server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"{{prompt}}"}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var error = await response.ErrorAsync();
        error.Code.ShouldBe("SRV0102");
        error.Message.ShouldContain("4,194,304");
    }

    [Fact]
    public async Task A_chunked_body_beyond_the_limit_is_a_413_too()
    {
        await using var server = await TestServer.StartAsync(options => options with { MaxRequestBytes = 1024 });
        var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(new string(' ', 300_000))));
        content.Headers.ContentType = new("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/completions") { Content = content };
        request.Headers.TransferEncodingChunked = true;

        var response = await server.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("GET", "nothing/here", HttpStatusCode.NotFound, "SRV0140")]
    [InlineData("GET", "v1/chat/completions", HttpStatusCode.MethodNotAllowed, "SRV0141")]
    [InlineData("DELETE", "v1/models", HttpStatusCode.MethodNotAllowed, "SRV0141")]
    [InlineData("GET", "v1/models/none", HttpStatusCode.NotFound, "model_not_found")]
    [InlineData("GET", "ws/chat", (HttpStatusCode)426, "SRV0160")]
    [InlineData("GET", "api/traces/none", HttpStatusCode.NotFound, "SRV0170")]
    [InlineData("GET", "api/traces?limit=0", HttpStatusCode.BadRequest, "OBS0001")]
    [InlineData("GET", "api/traces?modle=x", HttpStatusCode.BadRequest, "SRV0110")]
    public async Task Every_route_that_is_not_there_says_so(string method, string path, HttpStatusCode status, string code)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        response.StatusCode.ShouldBe(status);
        (await response.ErrorAsync()).Code.ShouldBe(code);
        if (status == HttpStatusCode.UpgradeRequired)
        {
            response.Headers.Upgrade.ToString().ShouldBe("websocket");
        }

        if (status == HttpStatusCode.MethodNotAllowed)
        {
            response.Content.Headers.Allow.ShouldNotBeEmpty();
        }
    }

    [Theory]
    [InlineData("\"top_k\":-1,\"top_p\":0,\"stop\":[],\"logit_bias\":{},\"stream_options\":{}")]
    public async Task What_clients_send_for_off_is_taken_as_off(string parameters)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"x"}],{{parameters}}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Generator.Seen[0].TopK.ShouldBe(0);
        server.Generator.Seen[0].TopP.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_name_longer_than_any_is_refused_before_it_is_kept()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"{{new string('m', 5000)}}","messages":[{"role":"user","content":"x"}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.ErrorAsync()).Code.ShouldBe("SRV0114");
    }

    [Fact]
    public async Task A_body_that_is_not_json_by_its_type_is_a_415()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.PostAsync("v1/chat/completions", new StringContent("{}", Encoding.UTF8, "text/plain"));

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await response.ErrorAsync()).Code.ShouldBe("SRV0106");
    }

    [Fact]
    public async Task A_prompt_beyond_the_context_is_told_as_clients_know_it()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"{{new string('x', 5000)}}"}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        error.Code.ShouldBe("context_length_exceeded");
        error.Message.ShouldContain("5000 tokens");
    }

    [Fact]
    public async Task Pages_of_other_sites_are_kept_out()
    {
        await using var server = await TestServer.StartAsync();
        var foreign = new HttpRequestMessage(HttpMethod.Get, "v1/models");
        foreign.Headers.Add("Origin", "https://example.org");
        var rebound = new HttpRequestMessage(HttpMethod.Get, "v1/models");
        rebound.Headers.Host = "example.org";
        var own = new HttpRequestMessage(HttpMethod.Get, "v1/models");
        own.Headers.Add("Origin", server.Host.Address.GetLeftPart(UriPartial.Authority));

        (await server.Http.SendAsync(foreign)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await server.Http.SendAsync(rebound)).StatusCode.ShouldBe((HttpStatusCode)421);
        (await server.Http.SendAsync(own)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_answer_has_a_request_id_and_its_time()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.GetAsync("v1/models");

        response.Headers.GetValues("x-request-id").ShouldHaveSingleItem().ShouldStartWith("req_");
        int.Parse(response.Headers.GetValues("openai-processing-ms").ShouldHaveSingleItem()).ShouldBeInRange(0, 10_000);
    }
}
