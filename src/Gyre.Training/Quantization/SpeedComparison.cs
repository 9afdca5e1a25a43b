namespace Gyre.Training.Quantization;

/// <summary>Tokens per second of the original and the result, measured in turn; medians of the rounds.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="PromptBefore">The original reading a prompt.</param>
/// <param name="PromptAfter">The result reading it.</param>
/// <param name="GeneratedTokens">Tokens generated.</param>
/// <param name="GenerateBefore">The original generating.</param>
/// <param name="GenerateAfter">The result generating.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="Rounds">How often everything was measured, after one round that warms up.</param>
public sealed record SpeedComparison(
    int PromptTokens, double PromptBefore, double PromptAfter, int GeneratedTokens, double GenerateBefore, double GenerateAfter, int Threads, int Rounds);
