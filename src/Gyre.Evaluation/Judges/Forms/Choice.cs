namespace Gyre.Evaluation.Judges.Forms;

/// <summary>One of several verdicts.</summary>
/// <param name="Name">What is asked for, and what is found in free text: a word or a number.</param>
/// <param name="Synonyms">What is taken for it where nothing else stands.</param>
internal sealed record Choice(string Name, params IReadOnlyList<string> Synonyms);
