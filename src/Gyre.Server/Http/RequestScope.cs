using Gyre.Server.Catalog;
using Gyre.Server.Generation;

namespace Gyre.Server.Http;

/// <summary>What the pipeline knows of one request; found with <see cref="Of"/>.</summary>
internal sealed class RequestScope(string requestId, TimeProvider clock, TimeSpan timeout, CancellationToken aborted) : IDisposable
{
    private readonly long _started = clock.GetTimestamp();
    private readonly CancellationTokenSource _deadline = new(timeout, clock);
    private CancellationTokenSource? _linked;
    private ModelLease? _lease;

    public string RequestId { get; } = requestId;

    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>True when the request ran longer than it may.</summary>
    public bool IsTimedOut => _deadline.IsCancellationRequested;

    /// <summary>Cancelled when the caller goes away or the time is up.</summary>
    public CancellationToken Cancellation =>
        (_linked ??= CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, aborted)).Token;

    /// <summary>The parameter that carries the prompt, for errors about it.</summary>
    public string PromptParameter { get; set; } = "messages";

    /// <summary>How this request's errors are written.</summary>
    public ErrorForm ErrorForm { get; set; }

    /// <summary>True when the caller went away in the middle of a stream.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>The request's trace, where its endpoint has one.</summary>
    public RequestTrace? Trace { get; set; }

    /// <summary>The model that the request uses; another takes its place.</summary>
    public void Hold(ModelLease lease)
    {
        Interlocked.Exchange(ref _lease, lease)?.Dispose();
    }

    /// <summary>Hands the model's lease to work that outlives the request; null when it holds none.</summary>
    public ModelLease? TakeLease() => Interlocked.Exchange(ref _lease, null);

    public static RequestScope Of(HttpContext context) =>
        context.Features.Get<RequestScope>() ?? throw new InvalidOperationException("The request did not pass the pipeline.");

    public void Dispose()
    {
        Interlocked.Exchange(ref _lease, null)?.Dispose();
        Trace?.Dispose();
        _linked?.Dispose();
        _deadline.Dispose();
    }
}
