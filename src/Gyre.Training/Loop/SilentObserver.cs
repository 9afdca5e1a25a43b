using Gyre.Training.Runs;

namespace Gyre.Training.Loop;

/// <summary>Watches and says nothing; a base for observers that care for some events only.</summary>
public class SilentObserver : ITrainingObserver
{
    /// <inheritdoc />
    public virtual void OnStage(string name)
    {
    }

    /// <inheritdoc />
    public virtual void OnStageProgress(long done, long total)
    {
    }

    /// <inheritdoc />
    public virtual void OnStep(TrainingProgress progress)
    {
    }

    /// <inheritdoc />
    public virtual void OnValidation(int step, double loss, bool isBest)
    {
    }

    /// <inheritdoc />
    public virtual void OnSample(TrainingSample sample)
    {
    }

    /// <inheritdoc />
    public virtual void OnCheckpoint(int step, string folder)
    {
    }

    /// <inheritdoc />
    public virtual void OnWarning(string code, string message)
    {
    }
}
