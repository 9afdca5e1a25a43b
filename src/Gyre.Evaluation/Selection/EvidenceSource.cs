namespace Gyre.Evaluation.Selection;

/// <summary>A source of numbers as a record names it.</summary>
/// <param name="Name">The name that objectives use.</param>
/// <param name="Kind">What it is: <c>experiment</c>, <c>benchmark</c>, <c>review</c>.</param>
/// <param name="Candidate">The candidate it is of; null for all.</param>
/// <param name="Origin">Where it was read.</param>
/// <param name="Digest">SHA-256 of its file.</param>
/// <param name="Description">What it holds, in a line.</param>
/// <param name="Identity">What tells the candidate in it from others: the digest of the model, or of the candidate; by candidate.</param>
public sealed record EvidenceSource(string Name, string Kind, string? Candidate, string Origin, string Digest, string Description, IReadOnlyDictionary<string, string> Identity);
