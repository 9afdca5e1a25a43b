using Gyre.Training.Loop;
using Gyre.Training.Packing;

namespace Gyre.Training.Compression.Pruning;

/// <summary>Trains what pruning left: removed weights have no gradient, and are zero again after every step.</summary>
internal sealed class MaskedTask : ITrainingTask
{
    private readonly ITrainingTask _inner;
    private readonly (GradientParameter Parameter, WeightMask Mask)[] _masked;

    /// <param name="inner">The task.</param>
    /// <param name="masks">What is zero, by the names of its parameters.</param>
    public MaskedTask(ITrainingTask inner, IReadOnlyList<WeightMask> masks)
    {
        var byName = masks.ToDictionary(mask => mask.Name, StringComparer.Ordinal);
        _inner = inner;
        _masked = [.. inner.Parameters.Where(parameter => byName.ContainsKey(parameter.Name)).Select(parameter => (parameter, byName[parameter.Name]))];
    }

    public IReadOnlyList<GradientParameter> Parameters => _inner.Parameters;

    public BatchPosition Position
    {
        get => _inner.Position;
        set => _inner.Position = value;
    }

    public void ZeroGradients() => _inner.ZeroGradients();

    public StepMeasure Accumulate(int step)
    {
        var measure = _inner.Accumulate(step);
        foreach (var (parameter, mask) in _masked)
        {
            mask.Apply(parameter.Gradient());
        }

        return measure;
    }

    public void AfterStep(int step)
    {
        _inner.AfterStep(step);
        foreach (var (parameter, mask) in _masked)
        {
            mask.Apply(parameter.Value());
        }
    }

    public ValidationMeasure? Measure() => _inner.Measure();
}
