namespace Gyre.Evaluation.Benchmarks.Sandbox;

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its code; −1 when it did not start.</param>
/// <param name="Output">What it wrote to the first stream, shortened.</param>
/// <param name="Errors">What it wrote to the second stream, shortened.</param>
/// <param name="IsTimedOut">True when it was killed for its time.</param>
/// <param name="Fault">Why it did not start; null when it did.</param>
internal sealed record ChildEnd(int ExitCode, string Output, string Errors, bool IsTimedOut, string? Fault);
