using Gyre.Models.Adapters.Training;
using Gyre.Tensors.Autodiff;
using Gyre.Training.Checkpoints;
using Gyre.Training.Packing;

namespace Gyre.Training.Loop;

/// <summary>Any task whose model learns through an adapter: the adapter's own state, penalty and schedule go along.</summary>
/// <remarks>Owns: nothing.</remarks>
/// <param name="inner">The task; its model uses the adapter.</param>
/// <param name="adapter">The adapter.</param>
/// <param name="recording">The tape that records.</param>
/// <param name="passes">Recorded passes of a step, which fix the zeros of dropout.</param>
internal sealed class AdapterTask(ITrainingTask inner, TrainableAdapter adapter, Tape recording, int passes) : ITrainingTask
{
    public IReadOnlyList<GradientParameter> Parameters => inner.Parameters;

    public IReadOnlyList<StoredTensor> State =>
        [.. inner.State, .. adapter.State.Select(pair => new StoredTensor("adapter." + pair.Key, [pair.Value.Length], () => pair.Value.Span))];

    public BatchPosition Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public void ZeroGradients() => inner.ZeroGradients();

    public StepMeasure Accumulate(int step)
    {
        adapter.Passes = (ulong)(step - 1) * (ulong)passes;
        var measure = inner.Accumulate(step);
        if (adapter.Penalty(recording) is not { } penalty)
        {
            return measure;
        }

        double value = penalty.Span[0];
        recording.Backward(penalty);
        recording.Reset();
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["loss/orthogonality"] = value };
        foreach (var (name, figure) in measure.Figures ?? new Dictionary<string, double>())
        {
            figures[name] = figure;
        }

        return measure with { Loss = measure.Loss + value, Figures = figures };
    }

    public void AfterStep(int step)
    {
        inner.AfterStep(step);
        adapter.AfterStep(step);
    }

    public ValidationMeasure? Measure() => inner.Measure();
}
