using Gyre.Training.Runs;

namespace Gyre.Training.Loop;

/// <summary>Watches a run. Calls come from the training thread, between steps; they should return quickly.</summary>
public interface ITrainingObserver
{
    /// <summary>A stage begins, for example "Generating the corpus".</summary>
    /// <param name="name">The stage, in words for a person.</param>
    void OnStage(string name);

    /// <summary>A stage moves on.</summary>
    /// <param name="done">Units done.</param>
    /// <param name="total">Units in all; 0 when unknown.</param>
    void OnStageProgress(long done, long total);

    /// <summary>A step is done.</summary>
    void OnStep(TrainingProgress progress);

    /// <summary>The validation loss was measured.</summary>
    /// <param name="step">The step after which it was measured.</param>
    /// <param name="loss">Mean cross-entropy in nats.</param>
    /// <param name="isBest">True when it is the lowest so far.</param>
    void OnValidation(int step, double loss, bool isBest);

    /// <summary>The model wrote a text.</summary>
    void OnSample(TrainingSample sample);

    /// <summary>A checkpoint is on the disk.</summary>
    void OnCheckpoint(int step, string folder);

    /// <summary>Something went wrong that does not end the run.</summary>
    /// <param name="code">A stable code of <c>docs/errors.md</c>.</param>
    /// <param name="message">What was found and what the run does about it.</param>
    void OnWarning(string code, string message);
}
