using System.Net.Http.Headers;

namespace Gyre.Evaluation.Endpoints;

/// <summary>The address of a server that answers as OpenAI's does.</summary>
public static class OpenAiServer
{
    private const string Version = "/v1";

    /// <summary>A client for a server's address, with or without <c>/v1</c> at its end.</summary>
    /// <param name="address">http or https: <c>http://localhost:5080</c>, <c>https://example.com/v1</c>.</param>
    /// <param name="key">What the server wants as bearer; null for none.</param>
    /// <param name="timeout">The time limit of each request.</param>
    /// <exception cref="EvaluationException">EVA0069: the address is none, or the key cannot be sent.</exception>
    /// <remarks>Owns: the client is the caller's.</remarks>
    public static HttpClient Connect(string address, string? key, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(address);
        var text = address.TrimEnd('/');
        text = text.EndsWith(Version, StringComparison.Ordinal) ? text[..^Version.Length] : text;
        if (!Uri.TryCreate(text + "/", UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Query.Length > 0 || uri.UserInfo.Length > 0)
        {
            throw new EvaluationException("EVA0069", $"Asking a server failed: the address is '{address}'; expected http or https with host and path, such as http://localhost:5080. Correct the address.");
        }

        var client = new HttpClient { BaseAddress = uri, Timeout = timeout };
        if (key is not null)
        {
            if (key.Length == 0 || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                client.Dispose();
                throw new EvaluationException("EVA0069", "Asking a server failed: the key is empty or holds white space or letters beyond ASCII; expected a key as the server's owner gave it. Correct the key.");
            }

            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return client;
    }

    internal static string DigestOf(HttpClient client, Uri endpoint, string model) => $"{new Uri(client.BaseAddress ?? new Uri("http://localhost/"), endpoint)}#{model}";
}
