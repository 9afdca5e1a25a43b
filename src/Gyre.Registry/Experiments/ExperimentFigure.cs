namespace Gyre.Registry.Experiments;

/// <summary>A headline number, for lists; all numbers are in the run's own file.</summary>
/// <param name="Candidate">Whose it is.</param>
/// <param name="Metric">What it measures.</param>
/// <param name="Unit">How it is printed: <c>share</c>, <c>points</c>, <c>number</c> or <c>count</c>.</param>
/// <param name="Direction">Which end is the good one: <c>higherIsBetter</c> or <c>lowerIsBetter</c>.</param>
/// <param name="Value">Finite; null when there is none.</param>
/// <param name="Low">The lower end of its interval; null without one.</param>
/// <param name="High">The upper end.</param>
/// <param name="Reason">Why there is no value; empty when there is one.</param>
public sealed record ExperimentFigure(string Candidate, string Metric, string Unit, string Direction, double? Value, double? Low, double? High, string Reason);
