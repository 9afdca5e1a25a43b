using Gyre.Models.Adapters.Training;
using Gyre.Training.Loop;
using Gyre.Training.Runs;

namespace Gyre.Training.Finetuning;

/// <summary>Writes the adapter as it stands beside every checkpoint, then tells the observer of it.</summary>
internal sealed class AdapterCheckpoints(ITrainingObserver observer, TrainableAdapter adapter, RunFolder folder) : ITrainingObserver
{
    public void OnStage(string name) => observer.OnStage(name);

    public void OnStageProgress(long done, long total) => observer.OnStageProgress(done, total);

    public void OnStep(TrainingProgress progress) => observer.OnStep(progress);

    public void OnValidation(int step, double loss, bool isBest) => observer.OnValidation(step, loss, isBest);

    public void OnSample(TrainingSample sample) => observer.OnSample(sample);

    public void OnCheckpoint(int step, string path)
    {
        try
        {
            FinetuneJob.Save(adapter, folder.AdapterAt(step));
        }
        catch (TrainingException error)
        {
            observer.OnWarning(error.Code, error.Message + " Training goes on.");
        }

        observer.OnCheckpoint(step, path);
    }

    public void OnWarning(string code, string message) => observer.OnWarning(code, message);
}
