namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>One row of a comparison side by side.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="First">The first candidate's answer; null when its call failed.</param>
/// <param name="Second">The second candidate's answer; null when its call failed.</param>
/// <param name="Verdict">The judge's verdict.</param>
/// <param name="Control">The control's verdict; null without one.</param>
public sealed record PairwiseRow(string Id, string? First, string? Second, PairVerdict Verdict, PairVerdict? Control);
