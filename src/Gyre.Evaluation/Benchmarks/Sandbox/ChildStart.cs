namespace Gyre.Evaluation.Benchmarks.Sandbox;

/// <summary>A process to start.</summary>
/// <param name="Program">Its name or path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Input">What it reads.</param>
/// <param name="KeepsEnvironment">False for an environment that is empty but for a search path.</param>
internal sealed record ChildStart(string Program, IReadOnlyList<string> Arguments, string Input, bool KeepsEnvironment);
