namespace Gyre.Training.Quantization;

/// <summary>Whether two models make the same of the same texts.</summary>
/// <param name="Cases">How many were compared.</param>
/// <param name="Differences">What differs, a line each; empty when nothing does.</param>
public sealed record TextEquality(int Cases, IReadOnlyList<string> Differences)
{
    /// <summary>True when nothing differs.</summary>
    public bool IsEqual => Differences.Count == 0;
}
