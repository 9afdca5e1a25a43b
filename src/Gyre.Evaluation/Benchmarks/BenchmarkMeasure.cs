namespace Gyre.Evaluation.Benchmarks;

/// <summary>A number that a benchmark reports.</summary>
/// <param name="Name">A name of <see cref="Aggregates.BenchmarkMetrics"/>.</param>
/// <param name="Direction">Which end is the good one.</param>
/// <param name="IsMacro">True for the mean over the subjects' values instead of one value over all items.</param>
public sealed record BenchmarkMeasure(string Name, ScoreDirection Direction, bool IsMacro)
{
    /// <summary>What tables call it: <c>accuracy</c>, <c>accuracy/macro</c>.</summary>
    public string Label => IsMacro ? $"{Name}/macro" : Name;
}
