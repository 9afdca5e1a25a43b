namespace Gyre.Evaluation.Judges;

/// <summary>A rule that answers must keep.</summary>
/// <param name="Name">The stable name: lower-case words with dashes.</param>
/// <param name="Rule">The rule, as a sentence that an answer keeps or violates.</param>
public sealed record Principle(string Name, string Rule);
