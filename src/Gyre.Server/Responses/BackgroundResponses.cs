using System.Collections.Concurrent;
using Gyre.Server.Hosting;
using Gyre.Server.Http;

namespace Gyre.Server.Responses;

/// <summary>The responses that run apart from the requests that began them.</summary>
/// <remarks>Owns: the runs; disposing ends them and waits until they have written how they ended. Safe for several threads.</remarks>
internal sealed class BackgroundResponses(GyreHostOptions options, ResponseStore store) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (Task Task, CancellationTokenSource Cancel)> _runs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private int _count;

    /// <summary>Cancelled when the server ends.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Where the runs write how they ended.</summary>
    public ResponseStore Store { get; } = store;

    public bool IsRunning(string id) => _runs.ContainsKey(id);

    /// <summary>Takes a place for a run; the caller gives it to <see cref="Start"/> or back with <see cref="Release"/>.</summary>
    public void Reserve()
    {
        if (Interlocked.Increment(ref _count) > options.MaxBackgroundResponses)
        {
            Release();
            throw new ApiException(
                StatusCodes.Status429TooManyRequests,
                ErrorTypes.RateLimit,
                "SRV0173",
                $"{options.MaxBackgroundResponses:N0} responses run in the background; expected room for one more. Try again when one has ended.")
            { RetryAfter = options.RetryAfter };
        }
    }

    public void Release() => Interlocked.Decrement(ref _count);

    /// <summary>Runs until its end, <see cref="CancelAsync"/> or the server's.</summary>
    public void Start(string id, Func<CancellationToken, Task> run)
    {
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var ready = new TaskCompletionSource();
        _runs[id] = (RunAsync(), cancel);
        ready.SetResult();

        async Task RunAsync()
        {
            await ready.Task;
            await Task.Yield();
            try
            {
                await run(cancel.Token);
            }
            finally
            {
                _runs.TryRemove(id, out _);
                Release();
                cancel.Dispose();
            }
        }
    }

    /// <summary>Ends a run and waits until it has; nothing when there is none of that id.</summary>
    public async Task CancelAsync(string id)
    {
        if (_runs.TryGetValue(id, out var run))
        {
            try
            {
                await run.Cancel.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It ended in this very moment.
            }

            await run.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_runs.Values.Select(run => run.Task));
        _stopping.Dispose();
    }
}
