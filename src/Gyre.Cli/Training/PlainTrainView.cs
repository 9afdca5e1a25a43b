using Gyre.Training.Loop;
using Gyre.Training.Runs;

namespace Gyre.Cli.Training;

/// <summary>Writes a run as lines of text, for logs and redirected output: one every few seconds, and every event.</summary>
internal sealed class PlainTrainView(TextWriter output, TimeProvider time) : ITrainingObserver
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private long _last;
    private TrainingProgress? _lastProgress;

    public void OnStage(string name) => output.WriteLine(name + " …");

    public void OnStageProgress(long done, long total)
    {
        if (IsDue())
        {
            output.WriteLine(total > 0 ? $"  {done:N0} of {total:N0}" : $"  {done:N0}");
        }
    }

    public void OnStep(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var isFirst = _lastProgress is null;
        _lastProgress = progress;
        if (IsDue() || isFirst || progress.Step == progress.Steps)
        {
            output.WriteLine(
                $"step {progress.Step:N0}/{progress.Steps:N0}  loss {progress.SmoothedLoss:0.0000}  "
                + $"lr {progress.LearningRate:0.0e+0}  grad {progress.GradientNorm:0.00}  {progress.TokensPerSecond:N0} tokens/s  "
                + $"{TrainFormat.Time(progress.Elapsed)} elapsed, {TrainFormat.Time(progress.Remaining)} left"
                + string.Concat(progress.Figures.Select(figure => $"  {figure.Key} {figure.Value:0.###}")));
        }
    }

    public void OnValidation(int step, double loss, bool isBest) =>
        output.WriteLine($"step {step:N0}  training loss {_lastProgress?.SmoothedLoss ?? double.NaN:0.0000}  validation loss {loss:0.0000}{(isBest ? "  (best so far)" : "")}");

    public void OnSample(TrainingSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        output.WriteLine($"step {sample.Step:N0}  sample: {TrainFormat.OneLine(sample.Prompt, 80)} → {TrainFormat.OneLine(sample.Text, 240)}");
    }

    public void OnCheckpoint(int step, string folder) => output.WriteLine($"step {step:N0}  checkpoint {folder}");

    public void OnWarning(string code, string message) => output.WriteLine($"warning {code}: {message}");

    private bool IsDue()
    {
        var now = time.GetTimestamp();
        if (_last != 0 && time.GetElapsedTime(_last, now) < Pause)
        {
            return false;
        }

        _last = now;
        return true;
    }
}
