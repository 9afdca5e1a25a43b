namespace Gyre.Evaluation.Replies;

/// <summary>What a model answered, and what it took.</summary>
/// <param name="Text">The answer; may be empty.</param>
/// <param name="Duration">From the question to the last token.</param>
/// <param name="InputTokens">Tokens read, when the model said.</param>
/// <param name="OutputTokens">Tokens written, when the model said.</param>
/// <param name="FinishReason">Why it ended, in the words of the API: <c>stop</c>, <c>length</c>, …; null when the model did not say.</param>
/// <param name="Passages">What was retrieved for the answer, the best first; null when nothing was retrieved. Metrics of retrieval look at these before the row's own.</param>
/// <param name="Trace">The id of the trace that was recorded when it was asked; null when none was.</param>
public sealed record Reply(string Text, TimeSpan Duration, long? InputTokens = null, long? OutputTokens = null, string? FinishReason = null, IReadOnlyList<string>? Passages = null, string? Trace = null);
