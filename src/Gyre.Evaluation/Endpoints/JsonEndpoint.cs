using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Evaluation.Endpoints;

/// <summary>An address that takes JSON and answers JSON: asks again when the server is busy, and reads no more than a bound.</summary>
/// <param name="client">Has the base address and what the server wants as authorisation; its time limit holds for each attempt.</param>
/// <param name="address">Beside the client's base address when relative.</param>
/// <param name="attempts">Times that a request is sent.</param>
/// <param name="firstWait">The wait before the second attempt; doubled for each further one.</param>
/// <param name="unusable">Makes the error of what was found.</param>
/// <param name="clock">Times the waits.</param>
internal sealed class JsonEndpoint(HttpClient client, Uri address, int attempts, TimeSpan firstWait, Func<string, Exception?, EvaluationException> unusable, TimeProvider clock)
{
    private const int MostAnswerBytes = 256 << 20;
    private const int MostRefusalBytes = 64 << 10;
    private const int MostDepth = 32;
    private const int MostReason = 300;
    private static readonly TimeSpan MostWait = TimeSpan.FromMinutes(2);

    /// <summary>Sends a request until it is answered.</summary>
    /// <returns>The answer; or null, and why the server refuses the request (400, 413, 422).</returns>
    public async Task<(JsonDocument? Answer, string Refusal)> AskAsync(JsonObject request, CancellationToken cancellationToken)
    {
        var body = request.ToJsonString();
        for (var attempt = 1; ; attempt++)
        {
            var isLast = attempt == attempts;
            try
            {
                using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
                using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };

                // Without this the client would hold the whole answer before its size is known.
                using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return (await ReadAsync(response, cancellationToken), "");
                }

                var reason = await ReasonAsync(response, cancellationToken);
                if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity)
                {
                    return (null, reason);
                }

                if (isLast || !IsPassing(response.StatusCode))
                {
                    throw unusable($"the server answered {(int)response.StatusCode}: {reason}", null);
                }

                await Task.Delay(Least(response.Headers.RetryAfter?.Delta ?? WaitAfter(attempt), MostWait), clock, cancellationToken);
            }
            catch (Exception error) when (error is HttpRequestException or HttpIOException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (isLast)
                {
                    throw unusable(error.Message, error);
                }

                await Task.Delay(WaitAfter(attempt), clock, cancellationToken);
            }
        }
    }

    private TimeSpan WaitAfter(int attempt) => firstWait * (1 << (attempt - 1));

    private static TimeSpan Least(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static bool IsPassing(HttpStatusCode code) => (int)code is 429 or 500 or 502 or 503 or 504;

    private async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(stream, new JsonDocumentOptions { MaxDepth = MostDepth }, cancellationToken);
        }
        catch (JsonException error)
        {
            throw unusable($"the answer is not JSON (at byte {error.BytePositionInLine})", error);
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostRefusalBytes];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var text = System.Text.Encoding.UTF8.GetString(buffer, 0, count);
        try
        {
            text = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = MostDepth })?["error"]?["message"]?.GetValue<string>() ?? text;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // Some servers answer in plain words; then those are the reason.
        }

        text = text.ReplaceLineEndings(" ").Trim();
        return text.Length == 0 ? $"the server answered {(int)response.StatusCode} without a reason" : text[..Math.Min(text.Length, MostReason)];
    }
}
