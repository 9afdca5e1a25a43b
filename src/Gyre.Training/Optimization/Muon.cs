using Gyre.Tensors;
using Gyre.Tensors.Threading;
using Gyre.Training.Checkpoints;
using Gyre.Training.Loop;
using Gyre.Training.Recipes;

namespace Gyre.Training.Optimization;

/// <summary>Moves the matrices of the layers along orthogonalised momentum, and everything else with AdamW.</summary>
/// <remarks>
/// For a matrix of r rows and c columns: m ← μ·m + g, u = g + μ·m, W ← W − η·λ·W − η·0.2·√max(r, c)·orthogonalised(u).
/// The factor makes a step as long as AdamW's usual one, so learning rate and decay serve both. Embeddings, the output
/// layer, norms and biases use AdamW. One moment a layer matrix. No allocation per step.
/// <para>Source: K. Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024; the factor and
/// the decay from J. Liu and others, "Muon is Scalable for LLM Training", 2025.</para>
/// </remarks>
internal sealed class Muon : IOptimizer
{
    private const float StepOfAdam = 0.2f;

    private readonly GradientParameter[] _matrices;
    private readonly OptimizerRecipe _options;
    private readonly ThreadTeam _team;
    private readonly AdamW _others;
    private readonly GlobalNorm _norm;
    private readonly float[][] _momentum;
    private readonly float[] _direction;
    private readonly Orthogonalization _orthogonalization;

    public Muon(IReadOnlyList<GradientParameter> parameters, OptimizerRecipe options, ThreadTeam team)
    {
        _matrices = [.. parameters.Where(IsLayerMatrix)];
        _options = options;
        _team = team;
        _others = new AdamW([.. parameters.Where(parameter => !IsLayerMatrix(parameter))], options, team);
        _norm = new GlobalNorm(parameters, team);
        _momentum = [.. _matrices.Select(matrix => new float[matrix.Length])];
        var largest = _matrices.Select(matrix => matrix.Length).DefaultIfEmpty().Max();
        _direction = new float[largest];
        _orthogonalization = new Orthogonalization(largest, _matrices.Select(matrix => matrix.Shape.Min()).DefaultIfEmpty().Max());
    }

    /// <inheritdoc />
    public IReadOnlyList<StoredTensor> Moments =>
    [
        .. _others.Moments,
        .. _matrices.Select((matrix, i) => new StoredTensor("momentum." + matrix.Name, matrix.Shape, () => _momentum[i])),
    ];

    /// <inheritdoc />
    public double GradientNorm() => _norm.Measure();

    /// <inheritdoc />
    [HotPath]
    public void Step(int step, double learningRate, double gradientNorm)
    {
        _others.Step(step, learningRate, gradientNorm);
        var scale = (float)(_options.ClipNorm > 0 && gradientNorm > _options.ClipNorm ? _options.ClipNorm / gradientNorm : 1.0);
        var keep = (float)_options.Momentum;
        for (var i = 0; i < _matrices.Length; i++)
        {
            var matrix = _matrices[i];
            var gradient = GlobalNorm.GradientOf(matrix);
            var momentum = _momentum[i].AsSpan();
            var direction = _direction.AsSpan(0, matrix.Length);
            for (var j = 0; j < direction.Length; j++)
            {
                var g = gradient[j] * scale;
                momentum[j] = (keep * momentum[j]) + g;
                direction[j] = g + (keep * momentum[j]);
            }

            _orthogonalization.Apply(_team, direction, matrix.Shape[0], matrix.Shape[1]);
            var values = matrix.Value();
            var shrink = (float)(1 - (learningRate * (matrix.Decays ? _options.Decay : 0)));
            var rate = (float)(learningRate * StepOfAdam * Math.Sqrt(Math.Max(matrix.Shape[0], matrix.Shape[1])));
            for (var j = 0; j < direction.Length; j++)
            {
                values[j] = (values[j] * shrink) - (rate * direction[j]);
            }
        }
    }

    /// <summary>Tables of tokens are no maps from one vector space to another; their rows are moved one by one.</summary>
    private static bool IsLayerMatrix(GradientParameter parameter) =>
        parameter.Shape.Count == 2 && !parameter.Name.Contains("embed", StringComparison.Ordinal) && !parameter.Name.StartsWith("lm_head", StringComparison.Ordinal);
}
