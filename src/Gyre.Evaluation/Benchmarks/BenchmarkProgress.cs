namespace Gyre.Evaluation.Benchmarks;

/// <summary>How far a benchmark's run is.</summary>
/// <param name="Done">Items that are done.</param>
/// <param name="Total">All items.</param>
public readonly record struct BenchmarkProgress(int Done, int Total);
