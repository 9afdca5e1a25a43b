namespace Gyre.Training.Compression.Distillation;

/// <summary>What became of a teacher's answers.</summary>
/// <param name="Asked">Answers that were asked for.</param>
/// <param name="Kept">Those that are learnt.</param>
/// <param name="Unfinished">Those that did not end within the limit.</param>
/// <param name="Empty">Those that say nothing.</param>
/// <param name="Circling">Those that ran in circles.</param>
/// <param name="Repeated">Those that were there already for the same prompt.</param>
public sealed record GeneratedCounts(int Asked, int Kept, int Unfinished, int Empty, int Circling, int Repeated);
