using System.Threading.Channels;
using Gyre.Server.Wire;
using Gyre.Training.Loop;
using Gyre.Training.Runs;

namespace Gyre.Server.FineTuning;

/// <summary>Turns what a run tells into events and checkpoints of its job, in order, without holding up the training.</summary>
internal sealed class TuningObserver : ITrainingObserver
{
    private const int MostMetrics = 200;

    private readonly FineTuningStore _store;
    private readonly StoredTuning _job;
    private readonly TimeProvider _clock;
    private readonly Func<int, FineTuningFigures, Task> _keepCheckpoint;
    private readonly Channel<object> _told = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writing;
    private FineTuningFigures _last = new();
    private long _finish;

    /// <param name="store">Where to.</param>
    /// <param name="job">The job.</param>
    /// <param name="clock">Counts what is left.</param>
    /// <param name="keepCheckpoint">Keeps the adapter of a step, with what was measured last.</param>
    public TuningObserver(FineTuningStore store, StoredTuning job, TimeProvider clock, Func<int, FineTuningFigures, Task> keepCheckpoint)
    {
        _store = store;
        _job = job;
        _clock = clock;
        _keepCheckpoint = keepCheckpoint;
        _writing = WriteAsync();
    }

    /// <summary>When the run is expected to end, in seconds since 1970; 0 while that is not known.</summary>
    public long Finish => Interlocked.Read(ref _finish);

    /// <summary>Waits until everything is written.</summary>
    public Task EndAsync()
    {
        _told.Writer.TryComplete();
        return _writing;
    }

    public void OnStage(string name)
    {
        // Callers see states; the log of the run has its stages.
    }

    public void OnStageProgress(long done, long total)
    {
        // As above.
    }

    public void OnStep(TrainingProgress progress)
    {
        _last = _last with { Step = progress.Step, TotalSteps = progress.Steps, TrainLoss = progress.Loss };
        Interlocked.Exchange(ref _finish, (_clock.GetUtcNow() + progress.Remaining).ToUnixTimeSeconds());
        var every = (progress.Steps + MostMetrics - 1) / MostMetrics;
        if (progress.Step % every == 0 || progress.Step == progress.Steps)
        {
            _told.Writer.TryWrite(_store.Event(
                FormattableString.Invariant($"Step {progress.Step}/{progress.Steps}: training loss={progress.Loss:0.0000}"), figures: _last with { ValidLoss = null }));
        }
    }

    public void OnValidation(int step, double loss, bool isBest)
    {
        if (_job.View.ValidationFile is null)
        {
            return; // It was measured on training examples, because a run measures something.
        }

        _last = _last with { Step = step, ValidLoss = loss };
        _told.Writer.TryWrite(_store.Event(FormattableString.Invariant($"Step {step}/{_last.TotalSteps}: validation loss={loss:0.0000}"), figures: _last));
    }

    public void OnSample(TrainingSample sample)
    {
        // The recipe of a job asks for none.
    }

    public void OnCheckpoint(int step, string folder) => _told.Writer.TryWrite(_last with { Step = step });

    public void OnWarning(string code, string message) => _told.Writer.TryWrite(_store.Event($"{message} ({code})", "warn"));

    private async Task WriteAsync()
    {
        await foreach (var told in _told.Reader.ReadAllAsync())
        {
            if (told is FineTuningFigures { Step: { } step } figures)
            {
                await _keepCheckpoint(step, figures);
            }
            else if (told is FineTuningEventView happened)
            {
                await _store.TellAsync(_job.Id, [happened]);
            }
        }
    }
}
