using Gyre.Contracts;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>An answer that people rated.</summary>
/// <param name="Row">What was asked.</param>
/// <param name="Output">What was answered.</param>
/// <param name="Level">What people said: a whole number, where more is better; 0 and 1 for no and yes.</param>
public sealed record RatedAnswer(DatasetRow Row, string Output, int Level);
