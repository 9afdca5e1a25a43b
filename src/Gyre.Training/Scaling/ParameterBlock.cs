namespace Gyre.Training.Scaling;

/// <summary>A group of parameters of one kind.</summary>
/// <param name="Name">What they are, for example <c>attention</c>.</param>
/// <param name="Parameters">How many numbers.</param>
public sealed record ParameterBlock(string Name, long Parameters);
