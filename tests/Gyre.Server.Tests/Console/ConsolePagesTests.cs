using System.Net;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Console;

/// <summary>The console over plain HTTP: what a browser is told about its pages.</summary>
public class ConsolePagesTests
{
    private const string BrowserAccept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/traces", 200)]
    [InlineData("/traces/none", 404)]
    [InlineData("/datasets", 200)]
    [InlineData("/datasets/none", 404)]
    [InlineData("/datasets/no%20name", 400)]
    [InlineData("/ratings", 200)]
    [InlineData("/ratings/none", 404)]
    [InlineData("/ratings/none/rate", 404)]
    [InlineData("/experiments", 200)]
    [InlineData("/experiments/none", 404)]
    [InlineData("/experiments/compare", 400)]
    [InlineData("/benchmarks", 200)]
    [InlineData("/benchmarks/none", 404)]
    [InlineData("/nowhere", 404)]
    public async Task Every_page_is_HTML_with_a_strict_content_policy(string path, int status)
    {
        await using var server = await TestServer.StartAsync();

        var response = await SendAsync(server, HttpMethod.Get, path, BrowserAccept);

        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType.ShouldNotBeNull().ToString().ShouldBe("text/html; charset=utf-8");
        var policy = response.Headers.GetValues("content-security-policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self'");
        policy.ShouldNotContain("unsafe");
        response.Headers.GetValues("x-content-type-options").ShouldBe(["nosniff"]);
        response.Headers.Contains("x-request-id").ShouldBeTrue();
        var html = await response.Content.ReadAsStringAsync();
        html.ShouldContain(" · Gyre</title>");
        html.ShouldNotContain(" style=");
        html.ShouldNotContain("<script>");
    }

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/traces", 200)]
    [InlineData("/nowhere", 404)]
    [InlineData("/favicon.ico", 200)]
    [InlineData("/console/console.css", 200)]
    [InlineData("/console/report.css", 200)]
    [InlineData("/experiments", 200)]
    [InlineData("/benchmarks", 200)]
    public async Task HEAD_answers_as_GET_does_without_a_body(string path, int status)
    {
        await using var server = await TestServer.StartAsync();

        var head = await SendAsync(server, HttpMethod.Head, path, BrowserAccept);
        var get = await SendAsync(server, HttpMethod.Get, path, BrowserAccept);

        ((int)head.StatusCode).ShouldBe(status);
        head.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        (await get.Content.ReadAsByteArrayAsync()).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("*/*")]
    [InlineData("")]
    [InlineData("text/html;q=0, application/json")]
    public async Task A_program_that_asks_for_an_unknown_address_gets_the_APIs_error(string accept)
    {
        await using var server = await TestServer.StartAsync();

        var response = await SendAsync(server, HttpMethod.Get, "/nowhere", accept);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.ErrorAsync()).Code.ShouldBe("SRV0140");
    }

    [Fact]
    public async Task The_APIs_own_refusals_stay_JSON_also_for_a_browser()
    {
        await using var server = await TestServer.StartAsync();

        (await (await SendAsync(server, HttpMethod.Get, "/v1/models/none", BrowserAccept)).ErrorAsync()).Code.ShouldBe("model_not_found");
        (await (await SendAsync(server, HttpMethod.Get, "/v1/chat/completions", BrowserAccept)).ErrorAsync()).Code.ShouldBe("SRV0141");
        (await (await SendAsync(server, HttpMethod.Get, "/console/none.css", BrowserAccept)).ErrorAsync()).Code.ShouldBe("SRV0132");
    }

    [Fact]
    public async Task A_file_that_the_browser_has_is_not_sent_again()
    {
        await using var server = await TestServer.StartAsync();
        var first = await server.Http.GetAsync("/console/chat.js");
        first.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("text/javascript");
        first.Headers.CacheControl.ShouldNotBeNull().NoCache.ShouldBeTrue();

        var request = new HttpRequestMessage(HttpMethod.Get, "/console/chat.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag.ShouldNotBeNull());
        var second = await server.Http.SendAsync(request);

        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    private static Task<HttpResponseMessage> SendAsync(TestServer server, HttpMethod method, string path, string accept)
    {
        var request = new HttpRequestMessage(method, path);
        if (accept.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("accept", accept);
        }

        return server.Http.SendAsync(request);
    }
}
