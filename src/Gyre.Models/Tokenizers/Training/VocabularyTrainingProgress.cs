namespace Gyre.Models.Tokenizers.Training;

/// <summary>How far a training has come.</summary>
/// <param name="Phase">What is being done: <c>read</c>, <c>merge</c>, <c>seed</c> or <c>prune</c>.</param>
/// <param name="Done">UTF-16 units read, tokens made, candidates found, or tokens left.</param>
/// <param name="Wanted">The number of tokens to end with; 0 while the text is being read.</param>
public sealed record VocabularyTrainingProgress(string Phase, long Done, long Wanted);
