using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Compression.Distillation;

/// <summary>Next-token training of a student whose loss has parts worth a line in the log.</summary>
internal sealed class DistillationTask(LanguageTask inner, DistillationModel model) : ITrainingTask
{
    public IReadOnlyList<GradientParameter> Parameters => inner.Parameters;

    public BatchPosition Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public void ZeroGradients() => inner.ZeroGradients();

    public StepMeasure Accumulate(int step)
    {
        _ = model.TakeParts();
        return inner.Accumulate(step) with { Figures = model.TakeParts() };
    }

    public ValidationMeasure? Measure() => inner.Measure();
}
