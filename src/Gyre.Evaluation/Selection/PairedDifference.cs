namespace Gyre.Evaluation.Selection;

/// <summary>What the same samples say about the difference of two candidates.</summary>
/// <param name="Difference">First minus second.</param>
/// <param name="StandardError">Of the difference, from its interval.</param>
internal readonly record struct PairedDifference(double Difference, double StandardError);
