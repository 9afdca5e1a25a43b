using Gyre.Tensors;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Threading;
using Gyre.Training.Checkpoints;
using Gyre.Training.Loop;
using Gyre.Training.Recipes;
using AdamWKernel = Gyre.Tensors.Kernels.AdamW;

namespace Gyre.Training.Optimization;

/// <summary>AdamW over all parameters of a model, with clipping by the global gradient norm.</summary>
/// <remarks>
/// Owns: two moments a parameter. The bits do not depend on the number of threads, because the kernels' do not and the
/// parameters' sums are added in order. No allocation per step.
/// </remarks>
internal sealed class AdamW : IOptimizer
{
    private readonly IReadOnlyList<GradientParameter> _parameters;
    private readonly OptimizerRecipe _options;
    private readonly ThreadTeam _team;
    private readonly float[][] _first;
    private readonly float[][] _second;
    private readonly GlobalNorm _norm;

    public AdamW(IReadOnlyList<GradientParameter> parameters, OptimizerRecipe options, ThreadTeam team)
    {
        _parameters = parameters;
        _options = options;
        _team = team;
        _first = [.. parameters.Select(parameter => new float[parameter.Length])];
        _second = [.. parameters.Select(parameter => new float[parameter.Length])];
        _norm = new GlobalNorm(parameters, team);
    }

    /// <inheritdoc />
    public IReadOnlyList<StoredTensor> Moments =>
    [
        .. _parameters.Select((parameter, i) => new StoredTensor("first." + parameter.Name, parameter.Shape, () => _first[i])),
        .. _parameters.Select((parameter, i) => new StoredTensor("second." + parameter.Name, parameter.Shape, () => _second[i])),
    ];

    /// <inheritdoc />
    [HotPath]
    public double GradientNorm() => _norm.Measure();

    /// <inheritdoc />
    [HotPath]
    public void Step(int step, double learningRate, double gradientNorm)
    {
        var scale = _options.ClipNorm > 0 && gradientNorm > _options.ClipNorm ? _options.ClipNorm / gradientNorm : 1.0;
        var settings = new AdamWSettings
        {
            LearningRate = (float)learningRate,
            Beta1 = (float)_options.Beta1,
            Beta2 = (float)_options.Beta2,
            Epsilon = (float)_options.Epsilon,
            Step = step,
            GradientScale = (float)scale,
        };
        var decaying = settings with { WeightDecay = (float)_options.Decay };
        for (var i = 0; i < _parameters.Count; i++)
        {
            AdamWKernel.Step(_team, _parameters[i].Value(), GlobalNorm.GradientOf(_parameters[i]), _first[i], _second[i], _parameters[i].Decays ? decaying : settings);
        }
    }
}
