namespace Gyre.Orchestration.Retrieval;

/// <summary>A passage that a retriever found.</summary>
/// <param name="Passage">What was found.</param>
/// <param name="Score">How well it fits, greater is better; comparable within one retriever's answer only.</param>
public sealed record RetrievedPassage(Passage Passage, double Score);
