namespace Gyre.Models.Catalog;

/// <summary>A failure of the network or the server that may pass; it never leaves this room.</summary>
internal sealed class TransientFailure(string message, TimeSpan? retryAfter, Exception? cause) : Exception(message, cause)
{
    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
