namespace Gyre.Evaluation.Selection;

/// <summary>How far one objective's share of the weight may move, the others keeping their proportions, before another candidate is first.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Share">Its share as given.</param>
/// <param name="From">The least share at which the first stays first.</param>
/// <param name="To">The greatest.</param>
public sealed record WeightRange(string Objective, double Share, double From, double To);
