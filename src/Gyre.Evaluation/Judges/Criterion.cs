namespace Gyre.Evaluation.Judges;

/// <summary>A question about an answer that is answered with yes or no.</summary>
/// <param name="Name">The stable name: lower-case words with dashes.</param>
/// <param name="Question">The question, in one sentence, so that "yes" means that the answer has the property.</param>
/// <param name="Direction">Whether the property is wanted.</param>
public sealed record Criterion(string Name, string Question, ScoreDirection Direction = ScoreDirection.HigherIsBetter);
