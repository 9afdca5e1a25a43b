namespace Gyre.Orchestration.Retrieval;

/// <summary>A question with what was found for it.</summary>
/// <param name="Text">The message to send.</param>
/// <param name="Passages">The passages in it, in the order of their numbers; none when nothing was found. One that was cut holds the part that is shown.</param>
public sealed record RetrievedPrompt(string Text, IReadOnlyList<RetrievedPassage> Passages);
