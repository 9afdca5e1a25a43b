namespace Gyre.Models.Generation;

/// <summary>One continuation that a beam search found.</summary>
/// <param name="Ids">Its tokens, the end token included where there is one.</param>
/// <param name="LogProbability">The sum of its tokens' log-probabilities.</param>
/// <param name="Score">What it was ranked by: the log-probability over the length to the power of the penalty.</param>
/// <param name="FinishReason">An end token, or the limit.</param>
public sealed record BeamAnswer(IReadOnlyList<int> Ids, double LogProbability, double Score, FinishReason FinishReason);
