using Gyre.Tensors;
using Gyre.Tensors.Threading;
using Gyre.Training.Checkpoints;
using Gyre.Training.Kernels;
using Gyre.Training.Loop;
using Gyre.Training.Recipes;

namespace Gyre.Training.Optimization;

/// <summary>AdamW over all parameters of a model, with clipping by the global gradient norm.</summary>
/// <remarks>
/// Owns: two moments a parameter. Work is split into blocks of fixed length; sums run over the blocks in order, so the
/// bits do not depend on the number of threads. No allocation per step.
/// </remarks>
internal sealed class AdamW
{
    private const int BlockLength = 1 << 14;

    private readonly IReadOnlyList<GradientParameter> _parameters;
    private readonly OptimizerRecipe _options;
    private readonly ThreadTeam _team;
    private readonly float[][] _first;
    private readonly float[][] _second;
    private readonly (int Parameter, int Start, int Length)[] _blocks;
    private readonly double[] _sums;
    private readonly Action<int> _sumBlock;
    private readonly Action<int> _updateBlock;
    private AdamWKernel.Coefficients _decaying;
    private AdamWKernel.Coefficients _plain;

    public AdamW(IReadOnlyList<GradientParameter> parameters, OptimizerRecipe options, ThreadTeam team)
    {
        _parameters = parameters;
        _options = options;
        _team = team;
        _first = [.. parameters.Select(parameter => new float[parameter.Length])];
        _second = [.. parameters.Select(parameter => new float[parameter.Length])];
        _blocks = [.. parameters.SelectMany((parameter, index) =>
            Enumerable.Range(0, (parameter.Length + BlockLength - 1) / BlockLength)
                .Select(block => (index, block * BlockLength, Math.Min(BlockLength, parameter.Length - (block * BlockLength)))))];
        _sums = new double[_blocks.Length];
        _sumBlock = SumBlock;
        _updateBlock = UpdateBlock;
    }

    /// <summary>The moments, for checkpoints.</summary>
    public IReadOnlyList<StoredTensor> Moments =>
    [
        .. _parameters.Select((parameter, i) => new StoredTensor("first." + parameter.Name, parameter.Shape, () => _first[i])),
        .. _parameters.Select((parameter, i) => new StoredTensor("second." + parameter.Name, parameter.Shape, () => _second[i])),
    ];

    /// <summary>The length of all gradients together.</summary>
    [HotPath]
    public double GradientNorm()
    {
        _team.For(_blocks.Length, _sumBlock);
        var sum = 0.0;
        foreach (var part in _sums)
        {
            sum += part;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Moves the parameters by one step.</summary>
    /// <param name="step">Counted from 1.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="gradientNorm">What <see cref="GradientNorm"/> returned; longer gradients are scaled to the clip norm.</param>
    [HotPath]
    public void Step(int step, double learningRate, double gradientNorm)
    {
        var correction1 = 1.0 - Math.Pow(_options.Beta1, step);
        var correction2 = 1.0 - Math.Pow(_options.Beta2, step);
        var scale = _options.ClipNorm > 0 && gradientNorm > _options.ClipNorm ? _options.ClipNorm / gradientNorm : 1.0;
        _plain = new AdamWKernel.Coefficients(
            (float)scale,
            (float)_options.Beta1,
            (float)(1.0 - _options.Beta1),
            (float)_options.Beta2,
            (float)(1.0 - _options.Beta2),
            (float)_options.Epsilon,
            (float)(learningRate / correction1),
            (float)(1.0 / Math.Sqrt(correction2)),
            Keep: 1f);
        _decaying = _plain with { Keep = (float)(1.0 - (learningRate * _options.Decay)) };
        _team.For(_blocks.Length, _updateBlock);
    }

    private void SumBlock(int block)
    {
        var (parameter, start, length) = _blocks[block];
        _sums[block] = AdamWKernel.SumOfSquares(_parameters[parameter].Gradient().Slice(start, length));
    }

    private void UpdateBlock(int block)
    {
        var (index, start, length) = _blocks[block];
        var parameter = _parameters[index];
        AdamWKernel.Update(
            parameter.Value().Slice(start, length),
            parameter.Gradient().Slice(start, length),
            _first[index].AsSpan(start, length),
            _second[index].AsSpan(start, length),
            parameter.Decays ? _decaying : _plain);
    }
}
