using Gyre.Tensors;
using Gyre.Tensors.Threading;
using Gyre.Training.Loop;
using GradientNormKernel = Gyre.Tensors.Kernels.GradientNorm;

namespace Gyre.Training.Optimization;

/// <summary>The length of all gradients of a model together.</summary>
/// <remarks>The parameters' sums are added in order, so the bits do not depend on the number of threads. No allocation per call.</remarks>
internal sealed class GlobalNorm(IReadOnlyList<GradientParameter> parameters, ThreadTeam team)
{
    private readonly double[] _scratch = new double[GradientNormKernel.ScratchLength(parameters.Select(parameter => parameter.Length).DefaultIfEmpty().Max())];

    /// <summary>Reads the gradients.</summary>
    /// <exception cref="InvalidOperationException">A parameter has no gradient.</exception>
    [HotPath]
    public double Measure()
    {
        var sum = 0.0;
        for (var i = 0; i < parameters.Count; i++)
        {
            sum += GradientNormKernel.SumOfSquares(team, GradientOf(parameters[i]), _scratch);
        }

        return Math.Sqrt(sum);
    }

    /// <summary>A parameter's gradient, which must be there.</summary>
    public static Span<float> GradientOf(GradientParameter parameter)
    {
        var gradient = parameter.Gradient();
        return gradient.Length == parameter.Length
            ? gradient
            : throw new InvalidOperationException($"The parameter '{parameter.Name}' has no gradient: the loss does not depend on it.");
    }
}
