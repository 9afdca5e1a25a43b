namespace Gyre.Models.Encoders;

/// <summary>What was found in a text for a question.</summary>
/// <param name="Answers">The best answers, the best first; empty only for a text without words.</param>
/// <param name="NoAnswerScore">
/// The score of there being no answer: that of the model's first token, in the window where it is least. It means
/// something for models trained with questions that have no answer.
/// </param>
/// <param name="Windows">How many windows the text was read in.</param>
public sealed record TextAnswers(IReadOnlyList<TextAnswer> Answers, float NoAnswerScore, int Windows);
