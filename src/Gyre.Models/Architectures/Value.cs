namespace Gyre.Models.Architectures;

/// <summary>A handle to an intermediate result of a forward pass; what it stands for is the executor's business.</summary>
/// <param name="Index">The executor's number for it.</param>
internal readonly record struct Value(int Index);
