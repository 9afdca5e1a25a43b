namespace Gyre.Evaluation.Reports;

/// <summary>A column of a <see cref="TerminalTable"/>.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Rank">The higher, the sooner it is left out.</param>
/// <param name="IsRight">Aligned to the right, for numbers.</param>
/// <param name="IsClipped">May be clipped.</param>
internal sealed record TerminalColumn(string Title, int Rank, bool IsRight = false, bool IsClipped = false);
