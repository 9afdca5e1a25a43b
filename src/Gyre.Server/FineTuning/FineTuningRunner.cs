using System.Collections.Concurrent;
using Gyre.Contracts;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Wire;

namespace Gyre.Server.FineTuning;

/// <summary>Works off the fine-tuning jobs: reads files of new ones, and trains one at a time, in their order.</summary>
/// <remarks>
/// What was running when the process ended is gone on with at the next start. Owns: the work; disposing interrupts it after
/// its step, leaves a checkpoint, and waits. Safe for several threads.
/// </remarks>
internal sealed partial class FineTuningRunner : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(5);

    private readonly FineTuningStore _store;
    private readonly FineTuningRun _run;
    private readonly DataFolder _folder;
    private readonly TimeProvider _clock;
    private readonly ILogger<FineTuningRunner> _log;
    private readonly CancellationTokenSource _stopping;
    private readonly SemaphoreSlim _toValidate = new(0);
    private readonly SemaphoreSlim _toTrain = new(0);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _acting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TuningObserver> _observers = new(StringComparer.Ordinal);
    private Task _working = Task.CompletedTask;

    public FineTuningRunner(FineTuningStore store, FineTuningRun run, DataFolder folder, DrainState drain, TimeProvider clock, ILogger<FineTuningRunner> log)
    {
        (_store, _run, _folder, _clock, _log) = (store, run, folder, clock, log);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(drain.Stopping);
    }

    /// <summary>Begins, with what an earlier process left.</summary>
    public void Start() => _working = Task.WhenAll(
        Task.Run(() => LoopAsync(_toValidate, [TuningStatus.Validating], ValidateAsync)),
        Task.Run(() => LoopAsync(_toTrain, [TuningStatus.Running, TuningStatus.Queued], TrainAsync)));

    /// <summary>There is something new to do.</summary>
    public void Wake()
    {
        _toValidate.Release();
        _toTrain.Release();
    }

    /// <summary>Interrupts a job that is being worked on; the caller has changed its state before.</summary>
    public async Task InterruptAsync(string id)
    {
        if (_acting.TryGetValue(id, out var cancel))
        {
            try
            {
                await cancel.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It ended in this very moment.
            }
        }
    }

    /// <summary>When a job is expected to end, in seconds since 1970; null while that is not known.</summary>
    public long? FinishOf(string id) => _observers.TryGetValue(id, out var observer) && observer.Finish is > 0 and var finish
        ? Math.Max(finish, _clock.GetUtcNow().ToUnixTimeSeconds() + 2) // Clients wait for it, and one in the past is an error to them.
        : null;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _working;
        _stopping.Dispose();
        _toValidate.Dispose();
        _toTrain.Dispose();
    }

    private async Task LoopAsync(SemaphoreSlim wake, IReadOnlyList<string> statuses, Func<StoredTuning, CancellationToken, Task> act)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (await _store.NextAsync(statuses, _stopping.Token) is { } job)
                {
                    await ActAsync(job, act);
                }
                else
                {
                    await wake.WaitAsync(_stopping.Token);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Only the database is left to fail here; it may come back.
                LogLost(error);
                await Task.Delay(PauseAfterFault, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ActAsync(StoredTuning job, Func<StoredTuning, CancellationToken, Task> act)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        _acting[job.Id] = cancel;
        try
        {
            await act(job, cancel.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Cancelled or paused, as its state says, or left for the next start.
        }
        catch (GyreException error)
        {
            LogFailed(job.Id, error.Message, error.Code);
            await FailAsync(job, error.Code, Relative(job, error.Message));
        }
        catch (ApiException error)
        {
            LogFailed(job.Id, error.Message, error.Code ?? "");
            await FailAsync(job, error.Code ?? error.Type, error.Message);
        }
        catch (Exception error)
        {
            LogBroken(error, job.Id);
            await FailAsync(job, "SRV0199", "The job failed by a fault of the server's own. The server's log has the details under the job's id.");
        }
        finally
        {
            _acting.TryRemove(job.Id, out _);
            _observers.TryRemove(job.Id, out _);
        }
    }

    private async Task ValidateAsync(StoredTuning job, CancellationToken cancellationToken)
    {
        await _run.ValidateAsync(job, cancellationToken);
        _toTrain.Release();
    }

    private Task TrainAsync(StoredTuning job, CancellationToken cancellationToken) =>
        _run.TrainAsync(job, observer => _observers[job.Id] = observer, cancellationToken);

    private async Task FailAsync(StoredTuning job, string code, string message)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        await _store.ChangeAsync(
            job.Id,
            [TuningStatus.Validating, TuningStatus.Queued, TuningStatus.Running],
            kept => kept with
            {
                View = kept.View with
                {
                    Status = TuningStatus.Failed,
                    FinishedAt = now,
                    Error = new FineTuningJobView.Failure { Code = code, Message = message, Param = code is "TRN0302" or "TRN0303" ? "training_file" : null },
                },
            },
            [_store.Event($"The job failed: {message} ({code})", "error")],
            CancellationToken.None);
    }

    /// <summary>Where this server keeps its files is nothing for callers.</summary>
    private string Relative(StoredTuning job, string message)
    {
        foreach (var file in new[] { job.View.TrainingFile, job.View.ValidationFile }.OfType<string>())
        {
            message = message.Replace(Path.Combine(_folder.Path, "files", file) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
        }

        return message.Replace(_folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Fine-tuning job {Job} failed: {Message} ({Code})")]
    private partial void LogFailed(string job, string message, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "Fine-tuning job {Job} failed")]
    private partial void LogBroken(Exception error, string job);

    [LoggerMessage(Level = LogLevel.Error, Message = "The fine-tuning jobs cannot be read or written; trying again")]
    private partial void LogLost(Exception error);
}
