namespace Gyre.Training.Encoders;

/// <summary>A question with the passage that it is asked of.</summary>
/// <param name="Id">The file's id, or one made from it for a pairing.</param>
/// <param name="Article">The article's title.</param>
/// <param name="Passage">The text.</param>
/// <param name="Question">The question.</param>
/// <param name="Answers">Answers that stand in the passage; none when it has no answer.</param>
internal sealed record QuestionItem(string Id, string Article, string Passage, string Question, IReadOnlyList<QuestionAnswer> Answers);
