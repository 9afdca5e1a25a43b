namespace Gyre.Server.Http;

/// <summary>Whether the server is finishing its last requests; new ones are then turned away.</summary>
internal sealed class DrainState(IHostApplicationLifetime lifetime)
{
    public bool IsDraining => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Cancelled when the server begins to stop.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public void Check(HttpContext context)
    {
        if (!IsDraining || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
        {
            return;
        }

        throw new ApiException(
            StatusCodes.Status503ServiceUnavailable,
            ErrorTypes.Server,
            "SRV0131",
            "The server is stopping and takes no new requests. Try again once it is back.")
        { RetryAfter = TimeSpan.FromSeconds(5), Header = ("Connection", "close") };
    }
}
