namespace Gyre.Training.Quantization;

/// <summary>Tokens per second of the original and the result reading the same texts, measured in turn; medians of the rounds.</summary>
/// <param name="Texts">Texts that were read.</param>
/// <param name="Tokens">Tokens of all of them.</param>
/// <param name="Before">The original's tokens per second.</param>
/// <param name="After">The result's.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="Rounds">How often everything was measured, after one round that warms up.</param>
public sealed record ReadingSpeed(int Texts, int Tokens, double Before, double After, int Threads, int Rounds);
