namespace Gyre.Training.Runs;

/// <summary>A text that the model wrote during training.</summary>
/// <param name="Step">The optimiser step after which it was written.</param>
/// <param name="Prompt">The recipe's prompt.</param>
/// <param name="Text">The continuation or answer.</param>
public sealed record TrainingSample(int Step, string Prompt, string Text);
