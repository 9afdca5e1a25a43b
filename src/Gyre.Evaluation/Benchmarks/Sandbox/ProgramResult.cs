using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks.Sandbox;

/// <summary>What came of a program.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Detail">The error's kind and text, shortened; may be empty.</param>
/// <param name="Output">What it wrote, both streams, shortened.</param>
/// <param name="Duration">How long it ran.</param>
/// <param name="Reason">Why it was not run; null when it was.</param>
public sealed record ProgramResult(ProgramVerdict Verdict, string Detail, string Output, TimeSpan Duration, Undefined? Reason);
