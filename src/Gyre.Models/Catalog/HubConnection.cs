using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Gyre.Models.Catalog;

/// <summary>Asks a hub for one address: redirects, the token, time limits, and which failures may pass.</summary>
internal sealed class HubConnection(HttpMessageInvoker http, HubOptions options, TimeProvider time)
{
    private const int MaxRedirects = 8;

    /// <summary>The limits and waits.</summary>
    public HubOptions Options => options;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>
    /// Sends a request and follows redirects. The answer has status 200, 206, 404 or 416; anything else is an error, or a
    /// <see cref="TransientFailure"/>.
    /// </summary>
    public async Task<HubAnswer> GetAsync(Uri uri, long rangeFrom, CancellationToken cancellationToken)
    {
        string? linkedEtag = null;
        long? linkedSize = null;
        string? commit = null;
        var current = uri;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            var response = await SendAsync(current, rangeFrom, cancellationToken);
            linkedEtag ??= Header(response, "X-Linked-Etag");
            linkedSize ??= long.TryParse(Header(response, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;
            commit ??= Header(response, "X-Repo-Commit");
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return Judge(uri, response, new HubAnswer(response, linkedEtag, linkedSize, commit));
            }

            var location = response.Headers.Location;
            response.Dispose();
            current = location is null
                ? throw CatalogErrors.BadAnswer(uri.ToString(), "a redirect without a target", "an address")
                : new Uri(current, location);
            if (current.Scheme != "https" && (current.Scheme != "http" || uri.Scheme == "https"))
            {
                throw CatalogErrors.BadAnswer(uri.ToString(), $"a redirect to an address of scheme {current.Scheme}", "https");
            }
        }

        throw CatalogErrors.BadAnswer(uri.ToString(), $"more than {MaxRedirects} redirects", "an answer");
    }

    /// <summary>Reads from an answer; silence and broken connections are transient.</summary>
    public async ValueTask<int> ReadAsync(Stream body, Memory<byte> destination, CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(options.StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        try
        {
            return await body.ReadAsync(destination, either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is IOException or HttpRequestException or OperationCanceledException)
        {
            throw Transient(e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri uri, long rangeFrom, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("gyre", "0.1"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (rangeFrom > 0)
        {
            request.Headers.Range = new RangeHeaderValue(rangeFrom, null);
        }

        if (options.Token is not null && uri.GetLeftPart(UriPartial.Authority) == options.Endpoint.GetLeftPart(UriPartial.Authority))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Token);
        }

        using var stall = new CancellationTokenSource(options.StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        try
        {
            return await http.SendAsync(request, either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is IOException or HttpRequestException or OperationCanceledException)
        {
            throw Transient(e);
        }
    }

    private HubAnswer Judge(Uri uri, HttpResponseMessage response, HubAnswer answer)
    {
        var status = (int)response.StatusCode;
        switch (status)
        {
            case 200 or 206 or 404 or 416:
                return answer;
            case 401 or 403:
                response.Dispose();
                throw CatalogErrors.Refused(uri.GetLeftPart(UriPartial.Path), status, options.Token is not null);
            case 408 or 425 or 429 or >= 500:
                var after = response.Headers.RetryAfter;
                var wait = after?.Delta ?? (after?.Date is { } date ? date - time.GetUtcNow() : null);
                response.Dispose();
                throw new TransientFailure($"the server answered {status}", wait, null);
            default:
                response.Dispose();
                throw CatalogErrors.BadAnswer(uri.GetLeftPart(UriPartial.Path), $"status {status}", "200");
        }
    }

    private TransientFailure Transient(Exception e)
    {
        var message = e is OperationCanceledException
            ? $"the server was silent for {options.StallTimeout.TotalSeconds:0.#} s"
            : "the connection failed (" + e.Message.TrimEnd('.') + ")";
        return new TransientFailure(message, null, e);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault()?.Trim().Trim('"') : null;
}
