using Gyre.Models.Architectures;

namespace Gyre.Training.Loop;

/// <summary>One trained array as the loop sees it: its memory and the memory of its gradient.</summary>
/// <param name="Name">The Hugging Face name.</param>
/// <param name="Shape">Row-major shape.</param>
/// <param name="Decays">True when weight decay applies.</param>
/// <param name="Value">The numbers.</param>
/// <param name="Gradient">Their gradient, accumulated since it was last cleared.</param>
internal sealed record GradientParameter(string Name, IReadOnlyList<int> Shape, bool Decays, Func<Span<float>> Value, Func<Span<float>> Gradient)
{
    /// <summary>A parameter of a model on a tape.</summary>
    public static GradientParameter Of(Parameter parameter) => new(
        parameter.Name,
        parameter.Value.Shape.ToArray(),
        parameter.Decays,
        () => parameter.Value.Span,
        () => parameter.Value.Gradient is { } gradient ? gradient.Span : default);

    public int Length { get; } = Shape.Aggregate(1, (product, size) => checked(product * size));
}
