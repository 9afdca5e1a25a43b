namespace Gyre.Evaluation.Benchmarks;

/// <summary>Where a benchmark was published.</summary>
/// <param name="Title">The paper's title.</param>
/// <param name="Authors">Its authors, shortened as people cite them.</param>
/// <param name="Year">The year.</param>
/// <param name="Reference">Where it is found: <c>arXiv:2009.03300</c>.</param>
public sealed record BenchmarkPaper(string Title, string Authors, int Year, string Reference);
