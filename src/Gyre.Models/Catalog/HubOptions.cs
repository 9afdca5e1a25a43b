namespace Gyre.Models.Catalog;

/// <summary>Where models are fetched from, and how patiently.</summary>
public sealed record HubOptions
{
    /// <summary>The hub's address; the public hub unless <c>HF_ENDPOINT</c> or an option says otherwise.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>An access token, sent to the endpoint and nowhere else; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>How many failures in a row, without progress between them, end a download. Default 6, at least 1.</summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>The wait after the first failure; it doubles after each, up to <see cref="LongestDelay"/>.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between attempts, whatever the server asks for.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a server may stay silent before the attempt counts as failed.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The options that the variables <c>HF_ENDPOINT</c> and <c>HF_TOKEN</c> give.</summary>
    /// <param name="read">Reads a variable, for example <see cref="Environment.GetEnvironmentVariable(string)"/>.</param>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0040 when the endpoint is not an http or https address.</remarks>
    public static HubOptions FromEnvironment(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var options = new HubOptions { Token = read("HF_TOKEN") is { Length: > 0 } token ? token.Trim() : null };
        return read("HF_ENDPOINT") is { Length: > 0 } endpoint ? options with { Endpoint = ParseEndpoint(endpoint) } : options;
    }

    /// <summary>Reads an endpoint's address.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0040 when it is not an http or https address.</remarks>
    public static Uri ParseEndpoint(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw CatalogErrors.BadReference(endpoint, "the endpoint is not an http or https address");

    /// <summary>The endpoint; never the token.</summary>
    public override string ToString() => Endpoint.ToString();
}
