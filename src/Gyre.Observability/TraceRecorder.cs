using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Gyre.Contracts;

namespace Gyre.Observability;

/// <summary>Listens to activities and stores every finished request as a trace, in the background.</summary>
/// <remarks>
/// Nothing here can slow or fail a request: what does not fit in the queue is dropped and counted, and a database that
/// cannot be written costs its batch only. A killed process loses the batch that was not yet written.
/// <para>Owns: the listener and the writing task; disposing writes what waits.</para>
/// </remarks>
public sealed class TraceRecorder : IAsyncDisposable
{
    private readonly TraceStore _store;
    private readonly TraceRecorderOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<string> _report;
    private readonly ActivityListener _listener;
    private readonly Channel<object> _queue;
    private readonly ConcurrentDictionary<ActivitySpanId, OpenTrace> _open = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly Task _writing;
    private long _written;
    private long _dropped;
    private long _failed;
    private long _reportedDrops;
    private string? _lastError;

    /// <summary>Starts to listen.</summary>
    /// <param name="store">Where traces go.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="clock">Times the batches.</param>
    /// <param name="listens">Chooses the sources to listen to, usually those named <see cref="GenAiVocabulary.SourceName"/>.</param>
    /// <param name="report">Receives a sentence when writing begins to fail, works again, or traces were dropped; once per change.</param>
    public TraceRecorder(TraceStore store, TraceRecorderOptions options, TimeProvider clock, Predicate<ActivitySource> listens, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(listens);
        ArgumentNullException.ThrowIfNull(report);
        _store = store;
        _options = options;
        _clock = clock;
        _report = report;
        _queue = Channel.CreateBounded<object>(new BoundedChannelOptions(options.Capacity) { SingleReader = true });
        _listener = new ActivityListener
        {
            ShouldListenTo = source => listens(source),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = Begin,
            ActivityStopped = End,
        };
        _writing = Task.Run(WriteAsync);
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>What became of the traces so far.</summary>
    public TraceCounts Counts => new(Interlocked.Read(ref _written), Interlocked.Read(ref _dropped), Interlocked.Read(ref _failed), Volatile.Read(ref _lastError));

    /// <summary>Ends when every trace that has finished before the call is written or counted as lost.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var mark = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(mark, cancellationToken);
        await mark.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _queue.Writer.TryComplete();
        _giveUp.CancelAfter(_options.FlushTimeout);
        await _writing;
        _giveUp.Dispose();
    }

    private void Begin(Activity activity)
    {
        // A span under one of ours joins its trace; every other span is a request of its own, whoever called it.
        _open[activity.SpanId] = _open.TryGetValue(activity.ParentSpanId, out var trace) ? trace : new OpenTrace(activity.SpanId);
    }

    private void End(Activity activity)
    {
        if (!_open.TryRemove(activity.SpanId, out var trace))
        {
            return;
        }

        if (trace.Root != activity.SpanId)
        {
            trace.Add(SpanReader.ReadSpan(activity));
            return;
        }

        if (!_queue.Writer.TryWrite(SpanReader.ReadTrace(activity, trace.Take())))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private async Task WriteAsync()
    {
        var batch = new List<TraceRow>(_options.BatchSize);
        var marks = new List<TaskCompletionSource>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            await GatherAsync(batch, marks);
            if (batch.Count > 0)
            {
                await StoreAsync(batch);
                batch.Clear();
            }

            foreach (var mark in marks)
            {
                mark.TrySetResult();
            }

            marks.Clear();
            ReportDrops();
        }
    }

    /// <summary>Takes what waits, and gives later arrivals a moment to join, until the batch is full or somebody flushes.</summary>
    private async Task GatherAsync(List<TraceRow> batch, List<TaskCompletionSource> marks)
    {
        var began = _clock.GetTimestamp();
        while (true)
        {
            while (batch.Count < _options.BatchSize && _queue.Reader.TryRead(out var item))
            {
                if (item is TraceRow row)
                {
                    batch.Add(row);
                }
                else
                {
                    marks.Add((TaskCompletionSource)item);
                }
            }

            var left = _options.BatchInterval - _clock.GetElapsedTime(began);
            if (batch.Count >= _options.BatchSize || marks.Count > 0 || left <= TimeSpan.Zero)
            {
                return;
            }

            try
            {
                if (!await _queue.Reader.WaitToReadAsync().AsTask().WaitAsync(left, _clock))
                {
                    return;
                }
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    private async Task StoreAsync(List<TraceRow> batch)
    {
        try
        {
            await _store.AppendAsync(batch, _options.MaxTraces, _giveUp.Token);
            Interlocked.Add(ref _written, batch.Count);
            if (Interlocked.Exchange(ref _lastError, null) is not null)
            {
                _report($"Traces are written again; {Interlocked.Read(ref _failed)} were lost meanwhile.");
            }
        }
        catch (Exception error)
        {
            // Whatever it is, it costs this batch and is told: the writer must outlive it.
            Interlocked.Add(ref _failed, batch.Count);
            var code = (error as GyreException)?.Code;
            if (Interlocked.Exchange(ref _lastError, error.Message) is null)
            {
                _report($"Traces cannot be written and are lost until this is mended; requests go on. {error.Message}{(code is null ? "" : $" ({code})")}");
            }
        }
    }

    private void ReportDrops()
    {
        var drops = Interlocked.Read(ref _dropped);
        if (drops > _reportedDrops)
        {
            _report($"{drops - _reportedDrops} traces were dropped because more than {_options.Capacity} waited to be written; {drops} since the start.");
            _reportedDrops = drops;
        }
    }
}
