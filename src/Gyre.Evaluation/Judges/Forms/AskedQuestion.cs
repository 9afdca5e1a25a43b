namespace Gyre.Evaluation.Judges.Forms;

/// <summary>A question that an answer would answer, and whether the answer evades it.</summary>
internal sealed record AskedQuestion(string Text, bool IsNoncommittal);
