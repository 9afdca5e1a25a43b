namespace Gyre.Models.Weights;

/// <summary>What every weight source can do beside finding a tensor.</summary>
public static class WeightSourceExtensions
{
    /// <summary>The tensor of a name that must be there.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0008 when there is none; RUN0006 when its encoding cannot be computed on.</remarks>
    public static WeightTensor Get(this IWeightSource source, string name) =>
        source.TryGet(name, out var tensor) ? tensor : throw WeightErrors.MissingTensor(name, source.Names);
}
