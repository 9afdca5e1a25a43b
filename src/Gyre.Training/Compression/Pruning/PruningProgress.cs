namespace Gyre.Training.Compression.Pruning;

/// <summary>How far pruning is.</summary>
/// <param name="Stage">What is being done, in words for a person.</param>
/// <param name="Share">The share of it that is done, 0 to 1.</param>
public readonly record struct PruningProgress(string Stage, double Share);
