namespace Gyre.Models.Architectures.Engine;

/// <summary>A value, and the norm that its readers apply first.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Gain">The norm's gain; null for no norm.</param>
/// <param name="Epsilon">The norm's ε.</param>
internal readonly record struct NormedInput(Value Source, NativeBuffer? Gain, float Epsilon)
{
    /// <summary>True when the source has been changed since the norm was taken.</summary>
    public bool IsStale { get; init; }
}
