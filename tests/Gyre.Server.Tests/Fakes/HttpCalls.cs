using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Gyre.Server.Tests.Fakes;

/// <summary>Raw calls, without a client library between the test and the bytes.</summary>
internal static class HttpCalls
{
    public static Task<HttpResponseMessage> SendJsonAsync(this HttpClient http, string path, string json, bool streams = false) =>
        http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) },
            streams ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead);

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    /// <summary>The error of an answer, after checking its form: all four keys, and nothing else.</summary>
    public static async Task<(string Message, string Type, string? Param, string? Code)> ErrorAsync(this HttpResponseMessage response)
    {
        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/json");
        var body = await response.JsonAsync();
        body.EnumerateObject().Select(property => property.Name).ShouldBe(["error"]);
        var error = body.GetProperty("error");
        error.EnumerateObject().Select(property => property.Name).ShouldBe(["message", "type", "param", "code"]);
        response.Headers.Contains("x-request-id").ShouldBeTrue();
        return (error.GetProperty("message").GetString()!, error.GetProperty("type").GetString()!, error.GetProperty("param").GetString(), error.GetProperty("code").GetString());
    }
}
