using Gyre.Server.Hosting;

namespace Gyre.Server.Http;

/// <summary>
/// Bounds the bytes of all request bodies that are being read or answered, so that many callers at once cannot make the
/// server hold more than the limit says before a queue has even seen them.
/// </summary>
internal sealed class BodyBudget(GyreHostOptions options)
{
    private long _used;

    /// <summary>A caller's part; nothing is taken yet.</summary>
    public Share Open() => new(this);

    /// <summary>What a caller is told for whom there is no room.</summary>
    public ApiException Full() => new(
        StatusCodes.Status429TooManyRequests,
        ErrorTypes.RateLimit,
        "SRV0108",
        $"Reading the request failed: the bodies of the requests that are running and waiting have reached {options.MaxBodyBytes:N0} bytes together, which is this server's limit. Try again in a moment.")
    {
        RetryAfter = options.RetryAfter,
    };

    private bool TryAdd(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= options.MaxBodyBytes || bytes <= 0)
        {
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>What one request or socket holds; given back when disposed. One thread at a time.</summary>
    public sealed class Share(BodyBudget budget) : IDisposable
    {
        private long _bytes;

        /// <summary>Holds this many bytes from now on, instead of those before; false when all callers together would hold more than the limit.</summary>
        public bool TryResize(long bytes)
        {
            if (!budget.TryAdd(bytes - _bytes))
            {
                return false;
            }

            _bytes = bytes;
            return true;
        }

        public void Dispose()
        {
            budget.TryAdd(-_bytes);
            _bytes = 0;
        }
    }
}
