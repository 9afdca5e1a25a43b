namespace Gyre.Evaluation.Selection;

/// <summary>The first against another that may be chosen.</summary>
/// <param name="Rival">The other.</param>
/// <param name="Difference">The first's value minus the other's.</param>
/// <param name="Low">The lower end of its interval, corrected for the number of rivals.</param>
/// <param name="High">The upper end.</param>
/// <param name="Paired">Objectives whose difference was measured on the same samples.</param>
/// <param name="IsDistinguishable">True when the interval does not hold 0.</param>
public sealed record RivalComparison(string Rival, double Difference, double Low, double High, int Paired, bool IsDistinguishable);
