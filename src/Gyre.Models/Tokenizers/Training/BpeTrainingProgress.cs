namespace Gyre.Models.Tokenizers.Training;

/// <summary>How far a training has come.</summary>
/// <param name="Characters">UTF-16 units read so far.</param>
/// <param name="Words">Different pieces seen so far.</param>
/// <param name="Merges">Merges made so far; 0 while text is being read.</param>
/// <param name="MergesWanted">Merges to make in all.</param>
public sealed record BpeTrainingProgress(long Characters, int Words, int Merges, int MergesWanted);
