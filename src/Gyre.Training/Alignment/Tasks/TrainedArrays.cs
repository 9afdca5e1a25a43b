using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.Training.Loop;

namespace Gyre.Training.Alignment.Tasks;

/// <summary>A model's parameters, and those of heads on it, as the loop sees them.</summary>
internal static class TrainedArrays
{
    /// <summary>The parameters of a model and of heads.</summary>
    public static IReadOnlyList<GradientParameter> Of(IReadOnlyList<Parameter> parameters, params ReadOnlySpan<(string Name, Tensor Value)> heads)
    {
        var all = parameters.Select(parameter => Of(parameter.Name, parameter.Value, parameter.Decays)).ToList();
        foreach (var (name, value) in heads)
        {
            all.Add(Of(name, value, decays: false));
        }

        return all;
    }

    /// <summary>Makes all gradients zero.</summary>
    public static void Zero(IReadOnlyList<Parameter> parameters, params ReadOnlySpan<Tensor> heads)
    {
        foreach (var parameter in parameters)
        {
            parameter.Value.ZeroGradient();
        }

        foreach (var head in heads)
        {
            head.ZeroGradient();
        }
    }

    private static GradientParameter Of(string name, Tensor value, bool decays) =>
        new(name, value.Shape.ToArray(), decays, () => value.Span, () => value.Gradient is { } gradient ? gradient.Span : default);
}
